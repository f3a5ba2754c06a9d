// SPDX-License-Identifier: GPL-2.0-only
/*
 * The branches store into two fences, of which one is signaled.
 *
 * Generation: both
 * Verdicts:
 *   fulmar_done:dma_fence_set_error#1 = manual [residual_gap]
 *   fulmar_done:dma_fence_set_error#2 = manual [residual_store]
 *   fulmar_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct fulmar_job {
	struct dma_fence done_fence;
	struct dma_fence hw_fence;
	bool guilty;
};

static void fulmar_done(struct fulmar_job *job)
{
	if (job->guilty)
		dma_fence_set_error(&job->done_fence, -ETIME);
	else
		dma_fence_set_error(&job->hw_fence, -ECANCELED);
	dma_fence_signal(&job->done_fence, 0);
}
