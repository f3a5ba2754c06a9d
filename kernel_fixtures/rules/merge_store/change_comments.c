// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comments and blank lines around a store by hand.
 *
 * Generation: both
 * Verdicts:
 *   cress_timeout:->error#1 = review [merge_store]
 *   cress_timeout:dma_fence_signal#1 = review [merge_store]
 *   cress_flush:->error#1 = review [merge_store]
 *   cress_flush:dma_fence_signal#1 = review [merge_store]
 */
#include <linux/dma-fence.h>

struct cress_fence {
	struct dma_fence dma;
	unsigned int timeouts;
};

static void cress_timeout(struct cress_fence *cf)
{
	cf->timeouts++;

	/* The core does not let us change it later. */
	cf->dma.error = -ETIMEDOUT;
	dma_fence_signal(&cf->dma);
}

static void cress_flush(struct cress_fence *cf)
{
	struct dma_fence *fence = &cf->dma;

	fence->error = -ECANCELED;

	dma_fence_signal(fence);
}
