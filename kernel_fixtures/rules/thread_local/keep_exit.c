// SPDX-License-Identifier: GPL-2.0-only
/*
 * One of the paths leaves without a signal: there the error would be lost.
 *
 * Generation: both
 * Verdicts:
 *   margate_event:dma_fence_set_error#1 = manual [residual_gap]
 *   margate_event:dma_fence_set_error#2 = manual [residual_gap]
 *   margate_event:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct margate_job {
	struct dma_fence done;
};

static void margate_event(struct margate_job *job, u32 status)
{
	if (status == 1) {
		dma_fence_set_error(&job->done, -EIO);
	} else if (status == 2) {
		dma_fence_set_error(&job->done, -EAGAIN);
		return;
	}
	dma_fence_signal(&job->done);
}
