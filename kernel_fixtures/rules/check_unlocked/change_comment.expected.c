// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comment keeps the braces.
 *
 * Generation: both
 * Verdicts:
 *   coyote_cleanup:dma_fence_set_error#1 = review [check_unlocked]
 *   coyote_cleanup:dma_fence_signal#1 = review [check_unlocked]
 */
#include <linux/dma-fence.h>

struct coyote_queue {
	struct dma_fence *last;
	unsigned int lost;
};

static void coyote_cleanup(struct coyote_queue *q, int err)
{
	if (!dma_fence_check_and_signal(q->last, err)) {
		/* User space sees this counter. */
		q->lost++;
	}
}
