// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors of several paths meet at one signal: a local carries them there.
 *
 * Generation: both
 * Verdicts:
 *   puma_job_event:dma_fence_set_error#1 = review [thread_local]
 *   puma_job_event:dma_fence_set_error#2 = review [thread_local]
 *   puma_job_event:dma_fence_signal#1 = review [thread_local]
 */
#include <linux/dma-fence.h>

struct puma_job {
	struct dma_fence *done_fence;
	u64 head;
};

static void puma_job_event(struct puma_job *job, u32 status)
{
	bool restart = false;

	if (status == 3) {
		restart = true;
	} else if (status == 8) {
		dma_fence_set_error(job->done_fence, -ECANCELED);
		job->head = 0;
	} else if (status > 0x40) {
		/* A finer error code would be nice. */
		dma_fence_set_error(job->done_fence, -EINVAL);
		job->head = 0;
	}

	if (restart)
		job->head = 1;

	dma_fence_signal(job->done_fence);
}
