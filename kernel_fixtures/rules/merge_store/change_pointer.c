// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is stored by hand in front of the signal, into a pointer to a
 * dma_fence. A 0 was an explicit reset: a person has to look.
 *
 * Generation: both
 * Verdicts:
 *   gorse_abort:->error#1 = review [merge_store]
 *   gorse_abort:dma_fence_signal#1 = review [merge_store]
 *   gorse_abort_locked:->error#1 = review [merge_store]
 *   gorse_abort_locked:dma_fence_signal_locked#1 = review [merge_store]
 */
#include <linux/dma-fence.h>

struct gorse_ctx {
	struct dma_fence *last;
};

static void gorse_abort(struct dma_fence *fence, int err)
{
	fence->error = err;
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static void gorse_abort_locked(struct gorse_ctx *ctx)
{
	ctx->last->error = -ECANCELED;
	dma_fence_signal_locked(ctx->last);
}
