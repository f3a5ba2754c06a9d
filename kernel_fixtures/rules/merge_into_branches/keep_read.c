// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test between looks at the error that was just stored.
 *
 * Generation: both
 * Verdicts:
 *   siskin_end:dma_fence_set_error#1 = manual [residual_read]
 *   siskin_end:dma_fence_signal_locked#1 = review [plain_carried]
 *   siskin_end:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static void siskin_end(struct siskin_job *job, int err)
{
	dma_fence_set_error(&job->base, err);
	if (job->base.error == -EIO)
		dma_fence_signal_locked(&job->base);
	else
		dma_fence_signal(&job->base);
}
