// SPDX-License-Identifier: GPL-2.0-only
/* Calls that have an error, and what is no call. */
#include <linux/dma-fence.h>

int dma_fence_signal(struct dma_fence *fence, int err);

static void dma_fence_stub(struct dma_fence *fence, ktime_t then)
{
	dma_fence_signal(fence, -EIO);
	dma_fence_signal_timestamp(fence, then, 0);
	dma_fence_signal_later(fence);
	call_later(dma_fence_signal, fence);
}
