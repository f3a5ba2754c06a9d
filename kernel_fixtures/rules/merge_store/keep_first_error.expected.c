// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first error is kept: the exchange fails when there is one already.
 *
 * Generation: both
 * Verdicts:
 *   aspen_fail:->error#1 = manual [private_signal]
 *   aspen_fail:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct aspen_fence {
	struct dma_fence base;
};

static void aspen_fail(struct aspen_fence *af, int err)
{
	cmpxchg(&af->base.error, 0, err);
	dma_fence_signal(&af->base, 0);
}
