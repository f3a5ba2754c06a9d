// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is for the hardware fence, the signal for another one.
 *
 * Generation: both
 * Verdicts:
 *   cobra_job_done:dma_fence_set_error#1 = manual [residual_store]
 *   cobra_job_done:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct cobra_job {
	struct dma_fence hw_fence;
	struct dma_fence scheduled;
};

static void cobra_job_done(struct cobra_job *job, int ret)
{
	if (ret)
		dma_fence_set_error(&job->hw_fence, ret);
	dma_fence_signal(&job->scheduled);
}
