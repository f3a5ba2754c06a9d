// SPDX-License-Identifier: GPL-2.0-only
/*
 * Some ways lead out between the two, with the error stored and no signal.
 *
 * Generation: both
 * Verdicts:
 *   starling_fail:dma_fence_set_error#1 = manual [residual_gap]
 *   starling_fail:dma_fence_signal#1 = review [plain_carried]
 *   starling_scan:dma_fence_set_error#1 = manual [residual_gap]
 *   starling_scan:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct starling_job {
	struct dma_fence done_fence;
	struct dma_fence slots[4];
};

static void starling_fail(struct starling_job *job, bool later)
{
	dma_fence_set_error(&job->done_fence, -EIO);
	if (later)
		return;
	dma_fence_signal(&job->done_fence, 0);
}

static void starling_scan(struct starling_job *job, unsigned int busy)
{
	int i;

	for (i = 0; i < 4; i++) {
		dma_fence_set_error(&job->slots[i], -EIO);
		if (busy & (1 << i))
			continue;
		dma_fence_signal(&job->slots[i], 0);
	}
}
