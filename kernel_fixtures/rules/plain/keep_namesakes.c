// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions, comments and strings with a similar name are not the API.
 *
 * Generation: both
 * Verdicts:
 *   genet_flush:dma_fence_signal#1 = keep [-]
 *   genet_flush:dma_fence_signal#2 = keep [-]
 */
#include <linux/dma-fence.h>

struct genet_ring {
	struct device *dev;
	unsigned int flushed;
};

static bool __dma_fence_signal(struct dma_fence *fence)
{
	return fence != NULL;
}

static void genet_dma_fence_signal(struct dma_fence *fence)
{
	trace_dma_fence_signaled(fence);
}

static void genet_flush(struct genet_ring *ring, struct dma_fence *fence)
{
	/* dma_fence_signal() is the caller's. */
	if (__dma_fence_signal(fence))
		genet_dma_fence_signal(fence);
	dev_dbg(ring->dev, "dma_fence_signal(%u)\n", ring->flushed++);
}
