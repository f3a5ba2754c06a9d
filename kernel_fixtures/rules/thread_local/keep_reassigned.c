// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pointer names another fence by the time of the signal.
 *
 * Generation: both
 * Verdicts:
 *   whippet_event:dma_fence_set_error#1 = manual [residual_gap]
 *   whippet_event:dma_fence_set_error#2 = manual [residual_gap]
 *   whippet_event:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct whippet_job {
	struct dma_fence *now;
	struct dma_fence *next;
};

static void whippet_event(struct whippet_job *job, u32 status)
{
	struct dma_fence *fence = job->now;

	if (status == 1)
		dma_fence_set_error(fence, -EIO);
	else if (status == 2)
		dma_fence_set_error(fence, -ETIME);

	fence = job->next;
	dma_fence_signal(fence);
}
