// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences that the Merlin's hardware signals
 */

#include <linux/dma-fence.h>
#include <linux/list.h>

struct merlin_hw_fence {
	struct dma_fence dma;
	struct list_head irq_link;
	u32 *seqno_map;
};

struct merlin_hw_fence_irq {
	spinlock_t lock;
	struct list_head pending;
};

static bool merlin_hw_fence_done(struct merlin_hw_fence *fence)
{
	return READ_ONCE(*fence->seqno_map) >= fence->dma.seqno;
}

void merlin_hw_fence_irq_finish(struct merlin_hw_fence_irq *irq)
{
	struct merlin_hw_fence *fence, *next;
	unsigned long flags;
	int err;

	spin_lock_irqsave(&irq->lock, flags);
	list_for_each_entry_safe(fence, next, &irq->pending, irq_link) {
		list_del_init(&fence->irq_link);
		err = dma_fence_signal_locked(&fence->dma);
		WARN_ON(err);
		dma_fence_put(&fence->dma);
	}
	spin_unlock_irqrestore(&irq->lock, flags);
}

int merlin_hw_fence_stamp(struct merlin_hw_fence *fence, ktime_t when)
{
	if (!merlin_hw_fence_done(fence))
		return -EAGAIN;

	return dma_fence_signal_timestamp(&fence->dma, when);
}

void merlin_hw_fence_stamp_locked(struct merlin_hw_fence *fence, ktime_t when)
{
	if (dma_fence_signal_timestamp_locked(&fence->dma, when))
		pr_debug("stamped too late\n");
}
