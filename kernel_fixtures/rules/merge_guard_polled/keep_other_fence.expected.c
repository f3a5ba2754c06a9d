// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another fence is asked: the test decides, and it may signal that fence.
 *
 * Generation: both
 * Verdicts:
 *   sable_stop:dma_fence_set_error#1 = manual [side_effect]
 *   sable_stop:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct sable_job {
	struct dma_fence hw_fence;
	struct dma_fence done_fence;
};

static void sable_stop(struct sable_job *job)
{
	if (!dma_fence_is_signaled(&job->hw_fence))
		dma_fence_set_error(&job->done_fence, -ECANCELED);
	dma_fence_signal(&job->done_fence, 0);
}
