// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is stored under a lock that others may hold while they read it.
 *
 * Generation: both
 * Verdicts:
 *   tansy_done:dma_fence_set_error#1 = manual [residual_gap]
 *   tansy_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct tansy_ctx {
	struct mutex lock;
	struct dma_fence done;
	int first_error;
};

static void tansy_done(struct tansy_ctx *ctx, int err)
{
	if (err) {
		mutex_lock(&ctx->lock);
		ctx->first_error = err;
		mutex_unlock(&ctx->lock);
		dma_fence_set_error(&ctx->done, err);
	}
	dma_fence_signal(&ctx->done);
}
