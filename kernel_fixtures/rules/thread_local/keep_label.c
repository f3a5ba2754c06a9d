// SPDX-License-Identifier: GPL-2.0-only
/*
 * A goto leads back behind the declarations: a local would still hold the
 * error of the fence before.
 *
 * Generation: both
 * Verdicts:
 *   siskin_all:dma_fence_set_error#1 = manual [residual_gap]
 *   siskin_all:dma_fence_set_error#2 = manual [residual_gap]
 *   siskin_all:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


struct dma_fence *siskin_next(struct dma_fence *f);

static void siskin_all(struct dma_fence *f, bool hung, bool late)
{
	int n = 0;

again:
	n++;
	if (hung)
		dma_fence_set_error(f, -EIO);
	else if (late)
		dma_fence_set_error(f, -ETIME);
	dma_fence_signal(f);
	if (n < 3) {
		f = siskin_next(f);
		hung = false;
		goto again;
	}
}
