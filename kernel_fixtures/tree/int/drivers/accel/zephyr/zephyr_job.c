// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs of the Zephyr
 */

#include <linux/interrupt.h>
#include <linux/slab.h>

#include "zephyr_fence.h"

irqreturn_t zephyr_job_irq(struct zephyr_job *job, bool off)
{
	struct zephyr_fence *fence = job->fence;

	if (off) {
		fence->error = -ENODEV;
		dma_fence_set_error(&job->job_fence, -ENODEV);
		dma_fence_signal(&job->job_fence);
		return IRQ_HANDLED;
	}

	zephyr_fence_set_error(fence, 0);
	zephyr_job_signal(job);

	return IRQ_HANDLED;
}
