// SPDX-License-Identifier: GPL-2.0-only
/*
 * A failed job leaves before the signal: there its error would be lost.
 *
 * Generation: both
 * Verdicts:
 *   yarrow_done:dma_fence_set_error#1 = manual [residual_gap]
 *   yarrow_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct yarrow_job {
	struct dma_fence done;
	bool keep_pending;
};

static void yarrow_done(struct yarrow_job *job, int err)
{
	if (err) {
		if (job->keep_pending)
			return;
		dma_fence_set_error(&job->done, err);
		job->keep_pending = true;
		return;
	}
	dma_fence_signal(&job->done);
}
