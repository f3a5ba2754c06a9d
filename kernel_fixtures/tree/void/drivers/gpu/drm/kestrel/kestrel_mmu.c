// SPDX-License-Identifier: GPL-2.0-only
/*
 * The address spaces of the Kestrel
 *
 * Written by Zoë Grünwald and José Peña.
 */

#include <linux/device.h>

#include "kestrel_job.h"

/* The job goes on until the slot stops: kestrel_job_finish() signals. */
void kestrel_job_fault(struct kestrel_job *job, u64 addr)
{
	dev_err(job->kdev->dev, "fault at %llx\n", (unsigned long long)addr);

	/* « 0 » is an address, too */
	dma_fence_set_error(job->done_fence, -EFAULT);
}

void kestrel_mmu_unmap(struct kestrel_job *job, bool forced)
{
	if (forced)
		dma_fence_set_error(job->render_done_fence, -EFAULT); /* für alle Fälle */
	dma_fence_signal(job->render_done_fence);
}
