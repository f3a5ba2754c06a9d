// SPDX-License-Identifier: GPL-2.0-only
/* Signallers that call each other: at the end, in the middle, as a value, twice. */
#include <linux/dma-fence.h>

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

bool dma_fence_check_and_signal_locked(struct dma_fence *fence, int err)
{
	bool first = !dma_fence_test_signaled_flag(fence);

	if (first)
		dma_fence_signal_locked(fence, err);
	else
		dma_fence_signal_locked(fence, err);
	return first;
}
