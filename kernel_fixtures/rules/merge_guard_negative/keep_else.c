// SPDX-License-Identifier: GPL-2.0-only
/*
 * The positive value has a meaning of its own in the else branch.
 *
 * Generation: both
 * Verdicts:
 *   scoter_done:dma_fence_set_error#1 = manual [residual_gap]
 *   scoter_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct scoter_job {
	struct dma_fence done;
	int copied;
};

static void scoter_done(struct scoter_job *job, int ret)
{
	if (ret < 0)
		dma_fence_set_error(&job->done, ret);
	else
		job->copied += ret;
	dma_fence_signal(&job->done);
}
