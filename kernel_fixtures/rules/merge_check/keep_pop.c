// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two different fences, though the text is the same.
 *
 * Generation: void
 * Verdicts:
 *   shrew_flush:dma_fence_set_error#1 = manual [side_effect]
 *   shrew_flush:dma_fence_check_and_signal#1 = manual [side_effect]
 */
#include <linux/dma-fence.h>

struct shrew_queue {
	struct dma_fence *slots[8];
	unsigned int tail;
};

static bool shrew_flush(struct shrew_queue *q)
{
	dma_fence_set_error(q->slots[q->tail++], -EIO);
	return dma_fence_check_and_signal(q->slots[q->tail++]);
}
