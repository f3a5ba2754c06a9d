// SPDX-License-Identifier: GPL-2.0-only
/*
 * One fence is asked, another one is signaled.
 *
 * Generation: both
 * Verdicts:
 *   dhole_cleanup:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct dhole_queue {
	struct dma_fence *last;
	struct dma_fence *next;
	unsigned int flushed;
};

static void dhole_cleanup(struct dhole_queue *q)
{
	if (!dma_fence_is_signaled(q->last)) {
		dma_fence_signal(q->next);
		q->flushed++;
	}
}
