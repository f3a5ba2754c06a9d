// SPDX-License-Identifier: GPL-2.0-only
/*
 * Without an error; a single statement is left, and loses its braces.
 *
 * Generation: both
 * Verdicts:
 *   jackal_cleanup:dma_fence_signal#1 = review [check_unlocked]
 */
#include <linux/dma-fence.h>

struct jackal_queue {
	struct dma_fence *last;
	unsigned int flushed;
};

static void jackal_cleanup(struct jackal_queue *q)
{
	if (!dma_fence_check_and_signal(q->last, 0))
		q->flushed++;
}
