// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is stored into one fence, another one is signaled.
 *
 * Generation: both
 * Verdicts:
 *   larch_done:->error#1 = manual [residual_store]
 *   larch_done:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct larch_job {
	struct dma_fence hw_fence;
	struct dma_fence scheduled;
};

static void larch_done(struct larch_job *job, int err)
{
	job->hw_fence.error = err;
	dma_fence_signal(&job->scheduled, 0);
}
