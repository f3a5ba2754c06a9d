// SPDX-License-Identifier: GPL-2.0-only
/*
 * On the way to the signal the fence is handed to somebody, who may look at
 * the error, and the job to a function that signals.
 *
 * Generation: both
 * Verdicts:
 *   siskin_finish:dma_fence_signal#1 = review [plain_carried]
 *   siskin_fail:dma_fence_set_error#1 = manual [residual_wrapper]
 *   siskin_fail:dma_fence_set_error#2 = manual [residual_gap]
 *   siskin_fail:dma_fence_signal#1 = review [plain_carried]
 *   siskin_tell:dma_fence_set_error#1 = manual [residual_gap]
 *   siskin_tell:dma_fence_set_error#2 = manual [residual_gap]
 *   siskin_tell:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


void siskin_report(struct dma_fence *f);

static void siskin_finish(struct siskin_job *job)
{
	dma_fence_signal(job->done);
}

static void siskin_fail(struct siskin_job *job, bool hung)
{
	if (hung) {
		dma_fence_set_error(job->done, -EIO);
		siskin_finish(job);
	} else if (job->err) {
		dma_fence_set_error(job->done, job->err);
	}
	dma_fence_signal(job->done);
}

static void siskin_tell(struct siskin_job *job, bool hung)
{
	if (hung)
		dma_fence_set_error(job->done, -EIO);
	else if (job->err)
		dma_fence_set_error(job->done, job->err);
	siskin_report(job->done);
	dma_fence_signal(job->done);
}
