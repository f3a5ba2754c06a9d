// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local was set to the fence of the job, but the job was handed out
 * since: it may have another fence now.
 *
 * Generation: both
 * Verdicts:
 *   siskin_end:dma_fence_set_error#1 = manual [residual_store]
 *   siskin_end:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


void siskin_replace(struct siskin_job *job);

static void siskin_end(struct siskin_job *job)
{
	struct dma_fence *old = job->done;

	siskin_replace(job);
	dma_fence_set_error(old, -EIO);
	dma_fence_signal(job->done, 0);
}
