// SPDX-License-Identifier: GPL-2.0-only
/* Another fence, something between, the other order, or a result that somebody looks at. */
#include <linux/dma-fence.h>

int dma_fence_release(struct dma_fence *fence, struct dma_fence *other)
{
	other->error = -EDEADLK;
	dma_fence_signal(fence);
	fence->error = -EIO;
	trace_dma_fence_destroy(fence);
	dma_fence_signal(fence);
	other->error = -EIO;
	return dma_fence_signal(other);
}
