// SPDX-License-Identifier: GPL-2.0-only
/*
 * All four signalling functions: the error is the last argument, after the
 * timestamp. A variable that was stored unconditionally is passed as it is.
 *
 * Generation: both
 * Verdicts:
 *   morn_ring_fail:dma_fence_set_error#1 = convert [merge_adjacent]
 *   morn_ring_fail:dma_fence_signal#1 = convert [merge_adjacent]
 *   morn_ring_fail:dma_fence_set_error#2 = convert [merge_adjacent]
 *   morn_ring_fail:dma_fence_signal_locked#1 = convert [merge_adjacent]
 *   morn_ring_stamp:dma_fence_set_error#1 = convert [merge_adjacent]
 *   morn_ring_stamp:dma_fence_signal_timestamp#1 = convert [merge_adjacent]
 *   morn_ring_stamp:dma_fence_set_error#2 = convert [merge_adjacent]
 *   morn_ring_stamp:dma_fence_signal_timestamp_locked#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct morn_ring {
	spinlock_t lock;
	struct dma_fence *last;
	struct dma_fence idle;
};

static void morn_ring_fail(struct morn_ring *ring, int error)
{
	unsigned long flags;

	dma_fence_signal(ring->last, error);

	spin_lock_irqsave(&ring->lock, flags);
	dma_fence_signal_locked(&ring->idle, -ECANCELED);
	spin_unlock_irqrestore(&ring->lock, flags);
}

static void morn_ring_stamp(struct morn_ring *ring, ktime_t when)
{
	unsigned long flags;

	dma_fence_signal_timestamp(ring->last, when, -EIO);

	spin_lock_irqsave(&ring->lock, flags);
	dma_fence_signal_timestamp_locked(&ring->idle, ktime_get(), -EIO);
	spin_unlock_irqrestore(&ring->lock, flags);
}
