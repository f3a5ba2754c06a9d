// SPDX-License-Identifier: GPL-2.0-only
/*
 * One error to begin with, another in a case of its own: both are for the one
 * signal, so the second is no merge of its own that leaves the first behind.
 *
 * Generation: both
 * Verdicts:
 *   siskin_fail:dma_fence_set_error#1 = review [thread_local]
 *   siskin_fail:dma_fence_set_error#2 = review [thread_local]
 *   siskin_fail:dma_fence_signal#1 = review [thread_local]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static void siskin_fail(struct siskin_job *job, bool late)
{
	dma_fence_set_error(&job->base, -EIO);
	if (late)
		dma_fence_set_error(&job->base, -ETIME);
	dma_fence_signal(&job->base);
}
