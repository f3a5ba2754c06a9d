// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard holds the lock to the end of the function, which counts under it.
 *
 * Generation: void
 * Verdicts:
 *   mouflon_done:dma_fence_signal_locked#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct mouflon_ctx {
	struct dma_fence *done;
	unsigned int completed;
};

static void mouflon_done(struct mouflon_ctx *ctx)
{
	guard(spinlock_irqsave)(dma_fence_spinlock(ctx->done));
	if (!dma_fence_test_signaled_flag(ctx->done))
		dma_fence_signal_locked(ctx->done, 0);
	ctx->completed++;
}
