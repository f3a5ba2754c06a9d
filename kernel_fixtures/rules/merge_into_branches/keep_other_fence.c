// SPDX-License-Identifier: GPL-2.0-only
/*
 * The branches signal different fences.
 *
 * Generation: both
 * Verdicts:
 *   gecko_fail:dma_fence_set_error#1 = manual [residual_gap]
 *   gecko_fail:dma_fence_signal#1 = review [plain_carried]
 *   gecko_fail:dma_fence_signal#2 = convert [plain]
 */
#include <linux/dma-fence.h>

struct gecko_job {
	struct dma_fence done_fence;
	struct dma_fence scheduled;
};

static void gecko_fail(struct gecko_job *job, bool ran)
{
	dma_fence_set_error(&job->done_fence, -EIO);
	if (ran)
		dma_fence_signal(&job->done_fence);
	else
		dma_fence_signal(&job->scheduled);
}
