// SPDX-License-Identifier: GPL-2.0-only
/*
 * A result that nobody looks at goes with its declaration.
 *
 * Generation: void
 * Verdicts:
 *   yak_fini:dma_fence_set_error#1 = convert [check_open_coded]
 *   yak_fini:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct yak_ctx {
	struct dma_fence *fence;
};

static void yak_fini(struct yak_ctx *ctx)
{
	struct dma_fence *fence = ctx->fence;

	dma_fence_check_and_signal(fence, -ENODEV);

	dma_fence_put(fence);
}
