// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lock, test, signal, unlock: what the check function does by itself. The flags
 * go, unless they are used elsewhere.
 *
 * Generation: void
 * Verdicts:
 *   zebu_evict:dma_fence_set_error#1 = convert [check_open_coded]
 *   zebu_evict:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   zebu_retire:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   zebu_stop:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct zebu_ctx {
	spinlock_t lock;
	struct dma_fence *fence;
	unsigned int evictions;
};

static bool zebu_evict(struct dma_fence *fence, int error)
{
	bool signaled;

	signaled = dma_fence_check_and_signal(fence, error);
	dma_fence_put(fence);

	return signaled;
}

static bool zebu_retire(struct dma_fence *fence)
{
	bool was_signaled;
	unsigned long start = jiffies;

	was_signaled = dma_fence_check_and_signal(fence, 0);

	return was_signaled && jiffies == start;
}

static bool zebu_stop(struct zebu_ctx *ctx)
{
	unsigned long flags;
	bool signaled;

	spin_lock_irqsave(&ctx->lock, flags);
	ctx->evictions++;
	spin_unlock_irqrestore(&ctx->lock, flags);

	signaled = dma_fence_check_and_signal(ctx->fence, 0);

	return signaled;
}
