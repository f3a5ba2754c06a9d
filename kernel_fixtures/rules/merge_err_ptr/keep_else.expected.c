// SPDX-License-Identifier: GPL-2.0-only
/*
 * The else branch works on a good pointer, so the test has to stay.
 *
 * Generation: both
 * Verdicts:
 *   serin_done:dma_fence_set_error#1 = manual [residual_gap]
 *   serin_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

#include <linux/err.h>

struct serin_bo;

struct serin_job {
	struct dma_fence done;
};

void serin_bo_put(struct serin_bo *bo);

static void serin_done(struct serin_job *job, struct serin_bo *bo)
{
	if (IS_ERR(bo))
		dma_fence_set_error(&job->done, PTR_ERR(bo));
	else
		serin_bo_put(bo);
	dma_fence_signal(&job->done, 0);
}
