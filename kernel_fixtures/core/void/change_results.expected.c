// SPDX-License-Identifier: GPL-2.0-only
/* Results that nobody uses any more: kept, returned at once, and told early. */
#include <linux/dma-fence.h>

void dma_fence_signal(struct dma_fence *fence, int err);

void dma_fence_signal_locked(struct dma_fence *fence, int err)
{
	dma_fence_signal_timestamp_locked(fence, ktime_get(), err);
}

void dma_fence_signal(struct dma_fence *fence, int err)
{
	unsigned long flags;

	if (!fence)
		return;

	spin_lock_irqsave(fence->lock, flags);
	dma_fence_signal_timestamp_locked(fence, ktime_get(), err);
	spin_unlock_irqrestore(fence->lock, flags);
}
