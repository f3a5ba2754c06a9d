// SPDX-License-Identifier: GPL-2.0-only
/*
 * The blank line between the two calls stays once, and never at the start of
 * a block or beside another blank line.
 *
 * Generation: both
 * Verdicts:
 *   drift_kill:dma_fence_set_error#1 = convert [merge_adjacent]
 *   drift_kill:dma_fence_signal#1 = convert [merge_adjacent]
 *   drift_flush:dma_fence_set_error#1 = convert [merge_adjacent]
 *   drift_flush:dma_fence_signal#1 = convert [merge_adjacent]
 *   drift_release:dma_fence_set_error#1 = convert [merge_adjacent]
 *   drift_release:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct drift_ctx {
	struct dma_fence *fence;
	unsigned int killed;
	unsigned int flushed;
};

static void drift_kill(struct drift_ctx *ctx)
{
	ctx->killed++;
	dma_fence_set_error(ctx->fence, -ECANCELED);

	dma_fence_signal(ctx->fence);

	dma_fence_put(ctx->fence);
}

static void drift_flush(struct drift_ctx *ctx)
{
	ctx->flushed++;

	dma_fence_set_error(ctx->fence, -EIO);

	dma_fence_signal(ctx->fence);
	dma_fence_put(ctx->fence);
}

static void drift_release(struct drift_ctx *ctx)
{
	dma_fence_set_error(ctx->fence, -ENOENT);

	dma_fence_signal(ctx->fence);
}
