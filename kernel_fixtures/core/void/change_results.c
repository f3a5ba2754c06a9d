// SPDX-License-Identifier: GPL-2.0-only
/* Results that nobody uses any more: kept, returned at once, and told early. */
#include <linux/dma-fence.h>

int dma_fence_signal(struct dma_fence *fence, int err);

int dma_fence_signal_locked(struct dma_fence *fence, int err)
{
	return dma_fence_signal_timestamp_locked(fence, ktime_get(), err);
}

int dma_fence_signal(struct dma_fence *fence, int err)
{
	unsigned long flags;
	int ret;

	if (!fence)
		return -EINVAL;

	spin_lock_irqsave(fence->lock, flags);
	ret = dma_fence_signal_timestamp_locked(fence, ktime_get(), err);
	spin_unlock_irqrestore(fence->lock, flags);

	return ret;
}
