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

	dma_fence_lock_irqsave(&fence->base, flags);
	was = dma_fence_test_signaled_flag(&fence->base);
	if (!was)
		dma_fence_signal_locked(&fence->base);
	dma_fence_unlock_irqrestore(&fence->base, flags);

	return was;
}

bool acme_lock_fail(struct dma_fence *f, int why)
{
	unsigned long flags;
	bool was;

	spin_lock_irqsave(dma_fence_spinlock(f), flags);
	was = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);
	if (!was) {
		dma_fence_set_error(f, -EIO);
		dma_fence_signal_locked(f);
	}
	spin_unlock_irqrestore(dma_fence_spinlock(f), flags);

	return !was && why;
}

void acme_lock_expire(struct dma_fence *f)
{
	spin_lock_irq(dma_fence_spinlock(f));
	if (!dma_fence_test_signaled_flag(f)) {
		dma_fence_set_error(f, -ETIME);
		dma_fence_signal_locked(f);
	}
	spin_unlock_irq(dma_fence_spinlock(f));
}

bool acme_lock_poll(struct dma_fence *f)
{
	unsigned long flags;
	bool done;

	dma_fence_lock_irqsave(f, flags);
	done = dma_fence_is_signaled_locked(f);
	if (!done)
		dma_fence_signal_locked(f);
	dma_fence_unlock_irqrestore(f, flags);

	return done;
}

void acme_lock_guarded(struct acme_ring *ring, struct dma_fence *f)
{
	if (ring->dead) {
		guard(spinlock_irqsave)(dma_fence_spinlock(f));
		if (!dma_fence_test_signaled_flag(f))
			dma_fence_signal_locked(f);
	}
}

void acme_lock_guarded_irq(struct dma_fence *f, bool *was)
{
	guard(spinlock_irq)(dma_fence_spinlock(f));
	*was = dma_fence_test_signaled_flag(f);
	if (!*was) {
		dma_fence_set_error(f, -ECANCELED);
		dma_fence_signal_locked(f);
	}
}

/* What follows needs the lock, too. */
void acme_lock_guarded_more(struct acme_ring *ring, struct dma_fence *f)
{
	guard(spinlock_irqsave)(dma_fence_spinlock(f));
	if (!dma_fence_test_signaled_flag(f)) {
		dma_fence_set_error(f, -EIO);
		dma_fence_signal_locked(f);
	}
	ring->dropped++;
}

bool acme_lock_scoped(struct dma_fence *f)
{
	bool was = true;

	scoped_guard(spinlock_irqsave, dma_fence_spinlock(f)) {
		was = dma_fence_test_signaled_flag(f);
		if (!was)
			dma_fence_signal_locked(f);
	}

	return was;
}

bool acme_lock_early(struct dma_fence *f)
{
	unsigned long flags;

	dma_fence_lock_irqsave(f, flags);
	if (dma_fence_test_signaled_flag(f)) {
		dma_fence_unlock_irqrestore(f, flags);
		return false;
	}
	dma_fence_signal_locked(f);
	dma_fence_unlock_irqrestore(f, flags);

	return true;
}

/* The list is under the same lock. */
void acme_lock_unlink(struct acme_fence *fence)
{
	unsigned long flags;

	dma_fence_lock_irqsave(&fence->base, flags);
	list_del_init(&fence->link);
	if (!dma_fence_is_signaled_locked(&fence->base)) {
		dma_fence_set_error(&fence->base, -ENOENT);
		dma_fence_signal_locked(&fence->base);
	}
	dma_fence_unlock_irqrestore(&fence->base, flags);
}

unsigned int acme_lock_sweep(struct acme_ring *ring, struct acme_fence *fence, bool quiet)
{
	if (!dma_fence_is_signaled(&fence->base)) {
		dma_fence_signal(&fence->base);
		list_del_init(&fence->link);
		ring->dropped++;
	}

	if (!dma_fence_is_signaled(&ring->inflight[0]->base)) {
		dma_fence_set_error(&ring->inflight[0]->base, -EIO);
		dma_fence_signal(&ring->inflight[0]->base);
		acme_ring_kick(ring);
	}

	/* Nothing else hangs on these */
	if (!dma_fence_is_signaled(&ring->inflight[1]->base))
		dma_fence_signal(&ring->inflight[1]->base);

	if (!quiet && !dma_fence_is_signaled(&ring->inflight[2]->base)) {
		dma_fence_signal(&ring->inflight[2]->base);
		ring->dropped++;
	}

	return ring->dropped;
}
