// SPDX-License-Identifier: GPL-2.0-only
/*
 * The paths store into two fences, and a local carries the error of one.
 *
 * Generation: both
 * Verdicts:
 *   saluki_event:dma_fence_set_error#1 = manual [residual_gap]
 *   saluki_event:dma_fence_set_error#2 = manual [residual_store]
 *   saluki_event:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct saluki_job {
	struct dma_fence done_fence;
	struct dma_fence hw_fence;
};

static void saluki_event(struct saluki_job *job, u32 status)
{
	if (status == 1)
		dma_fence_set_error(&job->done_fence, -EIO);
	else if (status == 2)
		dma_fence_set_error(&job->hw_fence, -ETIME);
	dma_fence_signal(&job->done_fence, 0);
}
