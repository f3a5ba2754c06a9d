// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another condition comes first: the test is only a part of the decision.
 *
 * Generation: both
 * Verdicts:
 *   culpeo_cleanup:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct culpeo_queue {
	struct dma_fence *last;
	unsigned int flushed;
	bool dead;
};

static void culpeo_cleanup(struct culpeo_queue *q)
{
	if (!q->dead && !dma_fence_is_signaled(q->last)) {
		dma_fence_signal(q->last);
		q->flushed++;
	}
}
