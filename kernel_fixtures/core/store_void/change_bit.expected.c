// SPDX-License-Identifier: GPL-2.0-only
/* The place where the bit is set, with what stands around it. */
#include <linux/dma-fence.h>

void dma_fence_signal_timestamp_locked(struct dma_fence *fence,
				      ktime_t timestamp, int err)
{
	struct list_head cb_list;

	lockdep_assert_held(fence->lock);

	if (unlikely(dma_fence_test_signaled_flag(fence)))
		return;

	/*
	 * Whoever sees the fence signaled must see the error, too: the full
	 * barrier of test_and_set_bit() makes it visible before the bit.
	 */
	if (err) {
		WARN_ON(err > 0 || err < -MAX_ERRNO);
		fence->error = err;
	}

	if (unlikely(test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT,
				      &fence->flags)))
		return;

	fence->timestamp = timestamp;
	trace_dma_fence_signaled(fence);
}
