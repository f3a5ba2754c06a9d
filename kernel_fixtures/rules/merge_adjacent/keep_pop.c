// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each of the two calls takes another fence out of the queue: nothing here may
 * be merged, and nobody but a person can say what was meant.
 *
 * Generation: both
 * Verdicts:
 *   quartz_flush_two:dma_fence_set_error#1 = manual [side_effect]
 *   quartz_flush_two:dma_fence_signal#1 = manual [side_effect]
 */
#include <linux/dma-fence.h>

struct quartz_queue {
	struct dma_fence *slots[16];
	unsigned int head;
};

static struct dma_fence *quartz_pop(struct quartz_queue *q)
{
	return q->slots[q->head++ % 16];
}

static void quartz_flush_two(struct quartz_queue *q)
{
	dma_fence_set_error(quartz_pop(q), -ECANCELED);
	dma_fence_signal(quartz_pop(q));
}
