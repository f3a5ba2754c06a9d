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

	signaled = dma_fence_check_and_signal(&ctx->eviction, err);
	dma_fence_put(&ctx->eviction);

	return signaled;
}

static void pika_evict_locked(struct pika_ctx *ctx)
{
	if (dma_fence_check_and_signal_locked(&ctx->eviction, -ECANCELED))
		dev_dbg(ctx->dev, "evicted already\n");
}

static bool pika_fini(struct pika_ctx *ctx)
{
	/* Nobody waits for it any more. */
	return !dma_fence_check_and_signal(&ctx->eviction, -ENODEV);
}
