// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guard that ends with the block of the check, and a scoped one.
 *
 * Generation: void
 * Verdicts:
 *   bison_kill:dma_fence_set_error#1 = convert [check_open_coded]
 *   bison_kill:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   bison_swap:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct bison_ctx {
	struct device *dev;
	struct dma_fence *fence;
};

static void bison_kill(struct bison_ctx *ctx, int err)
{
	dma_fence_check_and_signal(ctx->fence, err);
}

static void bison_swap(struct bison_ctx *ctx)
{
	bool signaled;

	signaled = dma_fence_check_and_signal(ctx->fence, 0);

	if (signaled)
		dev_dbg(ctx->dev, "swapped already\n");
}
