// SPDX-License-Identifier: GPL-2.0-only
/*
 * One branch does not signal: there the error would be lost.
 *
 * Generation: both
 * Verdicts:
 *   skink_fail:dma_fence_set_error#1 = manual [residual_gap]
 *   skink_fail:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct skink_job {
	struct dma_fence done;
	bool requeued;
};

static void skink_fail(struct skink_job *job, bool again)
{
	dma_fence_set_error(&job->done, -EIO);
	if (again)
		job->requeued = true;
	else
		dma_fence_signal(&job->done);
}
