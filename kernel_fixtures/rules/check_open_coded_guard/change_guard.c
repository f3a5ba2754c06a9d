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
	guard(spinlock_irqsave)(dma_fence_spinlock(ctx->fence));
	if (!dma_fence_test_signaled_flag(ctx->fence)) {
		dma_fence_set_error(ctx->fence, err);
		dma_fence_signal_locked(ctx->fence);
	}
}

static void bison_swap(struct bison_ctx *ctx)
{
	bool signaled;

	scoped_guard(spinlock_irqsave, dma_fence_spinlock(ctx->fence)) {
		signaled = dma_fence_test_signaled_flag(ctx->fence);
		if (!signaled)
			dma_fence_signal_locked(ctx->fence);
	}

	if (signaled)
		dev_dbg(ctx->dev, "swapped already\n");
}
