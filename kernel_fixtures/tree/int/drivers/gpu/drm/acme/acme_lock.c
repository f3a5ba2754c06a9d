// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signalling when two parties may be first
 */

#include <linux/mutex.h>

#include "acme_fence.h"

bool acme_lock_finish(struct acme_fence *fence)
{
	unsigned long flags;
	bool was;

	spin_lock_irqsave(fence->base.lock, flags);
	was = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->base.flags);
	if (!was)
		dma_fence_signal_locked(&fence->base);
	spin_unlock_irqrestore(fence->base.lock, flags);

	return was;
}

bool acme_lock_fail(struct dma_fence *f)
{
	unsigned long flags;
	bool was;

	spin_lock_irqsave(f->lock, flags);
	was = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);
	if (!was) {
		dma_fence_set_error(f, -EIO);
		dma_fence_signal_locked(f);
	}
	spin_unlock_irqrestore(f->lock, flags);

	return !was;
}

void acme_lock_expire(struct dma_fence *f)
{
	spin_lock_irq(f->lock);
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)) {
		dma_fence_set_error(f, -ETIME);
		dma_fence_signal_locked(f);
	}
	spin_unlock_irq(f->lock);
}

bool acme_lock_poll(struct dma_fence *f)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(f->lock, flags);
	done = dma_fence_is_signaled_locked(f);
	if (!done)
		dma_fence_signal_locked(f);
	spin_unlock_irqrestore(f->lock, flags);

	return done;
}

void acme_lock_guarded(struct acme_ring *ring, struct dma_fence *f)
{
	if (ring->dead) {
		guard(spinlock_irqsave)(f->lock);
		if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags))
			dma_fence_signal_locked(f);
	}
}

bool acme_lock_scoped(struct dma_fence *f)
{
	bool was = true;

	scoped_guard(spinlock_irq, f->lock) {
		was = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);
		if (!was)
			dma_fence_signal_locked(f);
	}

	return was;
}

/* What follows needs the lock, too. */
void acme_lock_guarded_more(struct acme_ring *ring, struct dma_fence *f)
{
	guard(spinlock_irqsave)(f->lock);
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)) {
		dma_fence_set_error(f, -EIO);
		dma_fence_signal_locked(f);
	}
	ring->dropped++;
}

bool acme_lock_early(struct dma_fence *f)
{
	unsigned long flags;

	spin_lock_irqsave(f->lock, flags);
	if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)) {
		spin_unlock_irqrestore(f->lock, flags);
		return false;
	}
	dma_fence_signal_locked(f);
	spin_unlock_irqrestore(f->lock, flags);

	return true;
}
