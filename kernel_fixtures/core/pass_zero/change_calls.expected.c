// SPDX-License-Identifier: GPL-2.0-only
/* Signals without an error of their own: statements, values, conditions. */
#include <linux/dma-fence.h>

bool dma_fence_is_signaled(struct dma_fence *fence)
{
	if (fence->ops->signaled && fence->ops->signaled(fence)) {
		dma_fence_signal(fence, 0);
		return true;
	}
	return dma_fence_signal_locked(&stub.base, 0) || dma_fence_check_and_signal(fence, 0);
}

static void dma_fence_init_stub(struct dma_fence *fence)
{
	int ret = dma_fence_signal_timestamp(fence, ktime_get(), 0);

	dma_fence_signal_timestamp_locked(fence,
					  ret ? 0 : ktime_get(), 0);
}
