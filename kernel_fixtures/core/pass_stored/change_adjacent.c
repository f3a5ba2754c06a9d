// SPDX-License-Identifier: GPL-2.0-only
/* An error by hand, right before its signal. */
#include <linux/dma-fence.h>

void dma_fence_release(struct dma_fence *fence)
{
	if (!list_empty(&fence->cb_list)) {
		fence->error = -EDEADLK;
		dma_fence_signal_locked(fence);
	}
}

void dma_fence_drop(struct dma_fence *fence, int why)
{
	/* Nobody will */
	fence->error = why;

	dma_fence_signal(fence);
}
