// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs of the Kestrel
 */

#include <linux/slab.h>

#include "kestrel_job.h"

#define KESTREL_STOPPED		0x03
#define KESTREL_TERMINATED	0x04
#define KESTREL_FAULT		0x40

void kestrel_job_finish(struct kestrel_job *job)
{
	dma_fence_signal(job->done_fence);
	kfree(job);
}

/* A slot says that its job did not end well. */
void kestrel_job_handle_err(struct kestrel_device *kdev, struct kestrel_job *job, u32 js_status)
{
	bool signal_fence = true;

	if (!(js_status & KESTREL_FAULT))
		dev_dbg(kdev->dev, "js event, status=%x\n", js_status);
	else
		dev_err(kdev->dev, "js fault, status=%x\n", js_status);

	if (js_status == KESTREL_STOPPED) {
		/* The job will be resumed, it is not over */
		signal_fence = false;
	} else if (js_status == KESTREL_TERMINATED) {
		dma_fence_set_error(job->render_done_fence, -ECANCELED);
		job->jc = 0;
	} else if (js_status & KESTREL_FAULT) {
		/* There may be a better number for some of them. */
		dma_fence_set_error(job->render_done_fence, -EINVAL);
		job->jc = 0;
	}

	if (signal_fence)
		dma_fence_signal_locked(job->render_done_fence);
}

void kestrel_job_timedout(struct kestrel_job *job)
{
	struct dma_fence *finished = &job->base.s_fence->finished;

	guard(mutex)(&job->kdev->sched_lock);

	if (dma_fence_test_signaled_flag(finished))
		return;

	dma_fence_set_error(finished, -ETIME);
	dma_fence_signal(&job->base.s_fence->finished);
}

void kestrel_job_drain(struct kestrel_device *kdev)
{
	u32 i;

	scoped_guard(spinlock_irqsave, &kdev->job_lock) {
		for (i = 0; i < kdev->num_slots; i++) {
			struct kestrel_job *job = kdev->jobs[i];

			if (!job)
				continue;

			dma_fence_set_error(job->render_done_fence, -ECANCELED);
			dma_fence_signal_locked(job->render_done_fence);
		}
	}
}
