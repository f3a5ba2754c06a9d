// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is for one fence, the signal for another.
 *
 * Generation: both
 * Verdicts:
 *   twite_done:dma_fence_set_error#1 = manual [residual_store]
 *   twite_done:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

#include <linux/err.h>

struct twite_bo;

struct twite_job {
	struct dma_fence hw_fence;
	struct dma_fence scheduled;
	struct twite_bo *bo;
};

static void twite_done(struct twite_job *job)
{
	if (IS_ERR(job->bo))
		dma_fence_set_error(&job->hw_fence, PTR_ERR(job->bo));
	dma_fence_signal(&job->scheduled);
}
