// SPDX-License-Identifier: GPL-2.0-only
/* An error by hand, right before its signal. */
#include <linux/dma-fence.h>

void dma_fence_release(struct dma_fence *fence)
{
	if (!list_empty(&fence->cb_list)) {
		dma_fence_signal_locked(fence, -EDEADLK);
	}
}

void dma_fence_drop(struct dma_fence *fence, int why)
{
	/* Nobody will */

	dma_fence_signal(fence, why);
}
