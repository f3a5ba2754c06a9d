// SPDX-License-Identifier: GPL-2.0-only
/*
 * The signal has a label or a case of its own: it is reached without the
 * error, too.
 *
 * Generation: both
 * Verdicts:
 *   teal_job_finish:dma_fence_set_error#1 = manual [residual_gap]
 *   teal_job_finish:dma_fence_signal#1 = review [plain_carried]
 *   teal_job_event:dma_fence_set_error#1 = manual [residual_gap]
 *   teal_job_event:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct teal_job {
	struct dma_fence *done_fence;
	struct dma_fence idle_fence;
	int state;
};

int teal_job_check(struct teal_job *job);

static void teal_job_finish(struct teal_job *job)
{
	if (!teal_job_check(job))
		goto signal;

	dma_fence_set_error(job->done_fence, -EIO);
signal:
	dma_fence_signal(job->done_fence);
}

static void teal_job_event(struct teal_job *job)
{
	switch (job->state) {
	case 1:
		dma_fence_set_error(&job->idle_fence, -EIO);
		fallthrough;
	case 2:
		dma_fence_signal(&job->idle_fence);
		break;
	}
}
