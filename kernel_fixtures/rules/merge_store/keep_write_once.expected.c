// SPDX-License-Identifier: GPL-2.0-only
/*
 * Somebody reads the error without a lock, else there were no need for this
 * macro: a person has to find the reader.
 *
 * Generation: both
 * Verdicts:
 *   rattan_fail:->error#1 = manual [residual_gap]
 *   rattan_fail:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct rattan_fence {
	struct dma_fence base;
};

static void rattan_fail(struct rattan_fence *rf, int err)
{
	WRITE_ONCE(rf->base.error, err);
	dma_fence_signal(&rf->base, 0);
}
