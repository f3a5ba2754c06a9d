// SPDX-License-Identifier: GPL-2.0-only
/*
 * One of the branches leaves before the signal: there its error would be lost.
 *
 * Generation: both
 * Verdicts:
 *   gannet_done:dma_fence_set_error#1 = manual [residual_gap]
 *   gannet_done:dma_fence_set_error#2 = manual [residual_gap]
 *   gannet_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct gannet_job {
	struct dma_fence done;
	bool guilty;
};

static void gannet_done(struct gannet_job *job)
{
	if (job->guilty) {
		dma_fence_set_error(&job->done, -ETIME);
	} else {
		dma_fence_set_error(&job->done, -EAGAIN);
		return;
	}
	dma_fence_signal(&job->done);
}
