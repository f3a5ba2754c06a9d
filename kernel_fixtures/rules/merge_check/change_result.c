// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result of the signal is used: the error goes into the call where it
 * stands.
 *
 * Generation: void
 * Verdicts:
 *   pika_evict:dma_fence_set_error#1 = convert [merge_check]
 *   pika_evict:dma_fence_check_and_signal#1 = convert [merge_check]
 *   pika_evict_locked:dma_fence_set_error#1 = convert [merge_check]
 *   pika_evict_locked:dma_fence_check_and_signal_locked#1 = convert [merge_check]
 *   pika_fini:dma_fence_set_error#1 = convert [merge_check]
 *   pika_fini:dma_fence_check_and_signal#1 = convert [merge_check]
 */
#include <linux/dma-fence.h>

struct pika_ctx {
	struct device *dev;
	struct dma_fence eviction;
};

static bool pika_evict(struct pika_ctx *ctx, int err)
{
	bool signaled;

	dma_fence_set_error(&ctx->eviction, err);
	signaled = dma_fence_check_and_signal(&ctx->eviction);
	dma_fence_put(&ctx->eviction);

	return signaled;
}

static void pika_evict_locked(struct pika_ctx *ctx)
{
	dma_fence_set_error(&ctx->eviction, -ECANCELED);
	if (dma_fence_check_and_signal_locked(&ctx->eviction))
		dev_dbg(ctx->dev, "evicted already\n");
}

static bool pika_fini(struct pika_ctx *ctx)
{
	/* Nobody waits for it any more. */
	dma_fence_set_error(&ctx->eviction, -ENODEV);

	return !dma_fence_check_and_signal(&ctx->eviction);
}
