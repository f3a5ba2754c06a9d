// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comments and broken lines stay; a result that nobody uses does no harm.
 *
 * Generation: void
 * Verdicts:
 *   bongo_flush:dma_fence_check_and_signal_locked#1 = convert [check_existing]
 *   bongo_flush:dma_fence_check_and_signal#1 = convert [check_existing]
 *   bongo_flush:dma_fence_check_and_signal#2 = convert [check_existing]
 */
#include <linux/dma-fence.h>

struct bongo_ring {
	struct dma_fence *last;
	struct dma_fence *next;
	bool busy;
};

static void bongo_flush(struct bongo_ring *ring)
{
	ring->busy = ring->last && ring->next &&
		     !dma_fence_check_and_signal_locked(ring->last /* oldest */, 0);

	while (dma_fence_check_and_signal(ring->next, 0))
		ring->next = ring->last;

	dma_fence_check_and_signal(ring->next, 0); /* the last one */
}
