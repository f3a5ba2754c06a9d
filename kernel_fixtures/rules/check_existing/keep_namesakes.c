// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that only look alike: another function, and a comment.
 *
 * Generation: void
 * Verdicts:
 *   kudu_flush:dma_fence_check_and_signal#1 = keep [-]
 */
#include <linux/dma-fence.h>

struct kudu_ring {
	struct dma_fence *last;
};

static bool kudu_check_and_signal(struct dma_fence *fence)
{
	return fence != NULL;
}

static bool kudu_flush(struct kudu_ring *ring)
{
	/* Not dma_fence_check_and_signal(): the caller holds no reference. */
	return kudu_check_and_signal(ring->last);
}
