// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is a member, which is read without a call; a blank line between
 * the two statements stays once.
 *
 * Generation: both
 * Verdicts:
 *   linden_channel_kill:dma_fence_set_error#1 = convert [merge_guard_same]
 *   linden_channel_kill:dma_fence_signal_locked#1 = convert [merge_guard_same]
 *   linden_channel_stop:dma_fence_set_error#1 = convert [merge_guard_same]
 *   linden_channel_stop:dma_fence_signal#1 = convert [merge_guard_same]
 */
#include <linux/dma-fence.h>

struct linden_fence {
	struct list_head head;
	struct dma_fence base;
};

struct linden_channel {
	spinlock_t lock;
	struct list_head pending;
	struct linden_fence *last;
	int error;
};

static void linden_channel_kill(struct linden_channel *chan)
{
	struct linden_fence *fence, *tmp;
	unsigned long flags;

	spin_lock_irqsave(&chan->lock, flags);
	list_for_each_entry_safe(fence, tmp, &chan->pending, head) {
		list_del(&fence->head);

		dma_fence_signal_locked(&fence->base, chan->error);
	}
	spin_unlock_irqrestore(&chan->lock, flags);
}

static void linden_channel_stop(struct linden_channel *chan)
{
	dma_fence_get(&chan->last->base);

	dma_fence_signal(&chan->last->base, chan->error);
	dma_fence_put(&chan->last->base);
}
