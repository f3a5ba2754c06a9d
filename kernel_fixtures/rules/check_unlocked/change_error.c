// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test, error, signal and more: the check function does the first three at
 * once.
 *
 * Generation: both
 * Verdicts:
 *   dingo_cleanup:dma_fence_set_error#1 = review [check_unlocked]
 *   dingo_cleanup:dma_fence_signal#1 = review [check_unlocked]
 */
#include <linux/dma-fence.h>

struct dingo_queue {
	struct dma_fence *last;
	unsigned int canceled;
};

static void dingo_cleanup(struct dingo_queue *q)
{
	if (!dma_fence_is_signaled(q->last)) {
		dma_fence_set_error(q->last, -ETIMEDOUT);
		dma_fence_signal(q->last);
		q->canceled++;
		dma_fence_put(q->last);
	}
}
