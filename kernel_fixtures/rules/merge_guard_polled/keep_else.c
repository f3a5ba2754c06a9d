// SPDX-License-Identifier: GPL-2.0-only
/*
 * The else branch needs the test: without it, it would run for no fence.
 *
 * Generation: both
 * Verdicts:
 *   mink_stop:dma_fence_set_error#1 = manual [residual_gap]
 *   mink_stop:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct mink_job {
	struct dma_fence done;
	unsigned int late;
};

static void mink_stop(struct mink_job *job)
{
	if (!dma_fence_is_signaled(&job->done))
		dma_fence_set_error(&job->done, -ECANCELED);
	else
		job->late++;
	dma_fence_signal(&job->done);
}
