// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock is the driver's, or another fence's: what it protects is not known.
 *
 * Generation: both
 * Verdicts:
 *   ibex_done:dma_fence_signal_locked#1 = convert [plain]
 *   ibex_swap:dma_fence_signal_locked#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct ibex_ctx {
	spinlock_t list_lock;
	struct dma_fence *done;
	struct dma_fence *idle;
};

static bool ibex_done(struct ibex_ctx *ctx)
{
	unsigned long flags;
	bool signaled;

	spin_lock_irqsave(&ctx->list_lock, flags);
	signaled = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &ctx->done->flags);
	if (!signaled)
		dma_fence_signal_locked(ctx->done, 0);
	spin_unlock_irqrestore(&ctx->list_lock, flags);

	return signaled;
}

static bool ibex_swap(struct ibex_ctx *ctx)
{
	unsigned long flags;
	bool signaled;

	spin_lock_irqsave(ctx->done->lock, flags);
	signaled = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &ctx->idle->flags);
	if (!signaled)
		dma_fence_signal_locked(ctx->idle, 0);
	spin_unlock_irqrestore(ctx->done->lock, flags);

	return signaled;
}
