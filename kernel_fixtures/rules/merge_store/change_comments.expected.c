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
	dma_fence_signal(&cf->dma, -ETIMEDOUT);
}

static void cress_flush(struct cress_fence *cf)
{
	struct dma_fence *fence = &cf->dma;

	dma_fence_signal(fence, -ECANCELED);
}
