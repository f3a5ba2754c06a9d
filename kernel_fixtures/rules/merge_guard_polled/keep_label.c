// SPDX-License-Identifier: GPL-2.0-only
/*
 * A jump reaches the signal without the error, and would pass it.
 *
 * Generation: both
 * Verdicts:
 *   fisher_stop:dma_fence_set_error#1 = manual [residual_gap]
 *   fisher_stop:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct fisher_job {
	struct dma_fence done;
	bool finished;
};

static void fisher_stop(struct fisher_job *job)
{
	if (job->finished)
		goto signal;

	if (!dma_fence_is_signaled(&job->done))
		dma_fence_set_error(&job->done, -ECANCELED);
signal:
	dma_fence_signal(&job->done);
}
