// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error goes to one fence, the signal to another.
 *
 * Generation: both
 * Verdicts:
 *   lark_job_skip:dma_fence_set_error#1 = manual [residual_store]
 *   lark_job_skip:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct lark_job {
	struct dma_fence hw_fence;
	struct dma_fence scheduled;
};

static void lark_job_skip(struct lark_job *job)
{
	dma_fence_set_error(&job->hw_fence, -ECANCELED);
	dma_fence_signal(&job->scheduled);
}
