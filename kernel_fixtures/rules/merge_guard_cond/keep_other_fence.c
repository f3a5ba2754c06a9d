// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test and the error are for another fence than the signal.
 *
 * Generation: both
 * Verdicts:
 *   ruff_done:dma_fence_set_error#1 = manual [residual_store]
 *   ruff_done:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct ruff_job {
	struct dma_fence hw_fence;
	struct dma_fence scheduled;
	bool hung;
};

static void ruff_done(struct ruff_job *job)
{
	if (job->hung)
		dma_fence_set_error(&job->hw_fence, -ETIME);
	dma_fence_signal(&job->scheduled);
}
