// SPDX-License-Identifier: GPL-2.0-only
/*
 * A result that nobody looks at goes with its declaration.
 *
 * Generation: void
 * Verdicts:
 *   yak_fini:dma_fence_set_error#1 = convert [check_open_coded]
 *   yak_fini:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct yak_ctx {
	struct dma_fence *fence;
};

static void yak_fini(struct yak_ctx *ctx)
{
	struct dma_fence *fence = ctx->fence;
	unsigned long flags;
	bool signaled;

	dma_fence_lock_irqsave(fence, flags);
	signaled = dma_fence_test_signaled_flag(fence);
	if (!signaled) {
		dma_fence_set_error(fence, -ENODEV);
		dma_fence_signal_locked(fence);
	}
	dma_fence_unlock_irqrestore(fence, flags);

	dma_fence_put(fence);
}
