// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fence made here carries what a function stores that it was handed to, and
 * not what others store in fences of their own.
 *
 * Generation: both
 * Verdicts:
 *   siskin_mark:dma_fence_set_error#1 = manual [residual_store]
 *   siskin_marked:dma_fence_signal#1 = review [plain_carried]
 *   siskin_unmarked:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


struct dma_fence *siskin_alloc(void);

static void siskin_mark(struct dma_fence *f, int err)
{
	dma_fence_set_error(f, err);
}

static void siskin_pass(int unused, struct dma_fence *f)
{
	siskin_mark(f, -EIO);
}

static void siskin_marked(void)
{
	struct dma_fence *f = siskin_alloc();

	siskin_pass(0, f);
	dma_fence_signal(f);
}

static void siskin_unmarked(void)
{
	struct dma_fence *f = siskin_alloc();

	dma_fence_signal(f);
}
