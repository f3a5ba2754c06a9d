// SPDX-License-Identifier: GPL-2.0-only
/*
 * The second branch depends on the configuration.
 *
 * Generation: both
 * Verdicts:
 *   murre_done:dma_fence_set_error#1 = manual [residual_gap]
 *   murre_done:dma_fence_set_error#2 = manual [residual_gap]
 *   murre_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct murre_job {
	struct dma_fence done;
	bool guilty;
};

static void murre_done(struct murre_job *job)
{
	if (job->guilty)
		dma_fence_set_error(&job->done, -ETIME);
#ifdef CONFIG_MURRE_RESET
	else
		dma_fence_set_error(&job->done, -ECANCELED);
#endif
	dma_fence_signal(&job->done, 0);
}
