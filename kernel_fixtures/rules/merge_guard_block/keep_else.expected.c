// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done when there is no error stands between the store and the signal.
 *
 * Generation: both
 * Verdicts:
 *   sorrel_done:dma_fence_set_error#1 = manual [residual_gap]
 *   sorrel_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct sorrel_job {
	struct dma_fence done;
	unsigned int failed;
	unsigned int completed;
};

static void sorrel_done(struct sorrel_job *job, int err)
{
	if (err) {
		job->failed++;
		dma_fence_set_error(&job->done, err);
	} else {
		job->completed++;
	}
	dma_fence_signal(&job->done, 0);
}
