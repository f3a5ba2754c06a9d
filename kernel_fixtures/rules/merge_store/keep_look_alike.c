// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver's own fence has an error of its own, which is not that of a dma_fence:
 * no site.
 *
 * Generation: both
 * Verdicts:
 *   rowan_engine_idle:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

#include <linux/completion.h>

struct rowan_fence {
	struct completion done;
	u64 seq;
	int error;
};

struct rowan_engine {
	struct rowan_fence *own;
	struct dma_fence idle;
};

static void rowan_fence_fail(struct rowan_fence *fence, int err)
{
	fence->error = err;
	complete_all(&fence->done);
}

static void rowan_engine_idle(struct rowan_engine *engine)
{
	engine->own->error = -ECANCELED;
	dma_fence_signal(&engine->idle);
}
