// SPDX-License-Identifier: GPL-2.0-only
/* The bit in another function, another bit, and what has no error to store. */
#include <linux/dma-fence.h>

void dma_fence_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp)
{
	if (unlikely(test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags)))
		return;
	fence->timestamp = timestamp;
}

void dma_fence_mark(struct dma_fence *fence, ktime_t timestamp, int err)
{
	if (unlikely(test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags)))
		return;
	if (unlikely(test_and_set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags)))
		return;
}
