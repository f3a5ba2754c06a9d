// SPDX-License-Identifier: GPL-2.0-only
/*
 * One branch has braces, or the block around the whole is left with a single
 * statement.
 *
 * Generation: both
 * Verdicts:
 *   skua_ring_reset:dma_fence_set_error#1 = convert [merge_branch]
 *   skua_ring_reset:dma_fence_set_error#2 = convert [merge_branch]
 *   skua_ring_reset:dma_fence_signal#1 = convert [merge_branch]
 *   skua_ring_fini:dma_fence_set_error#1 = convert [merge_branch]
 *   skua_ring_fini:dma_fence_set_error#2 = convert [merge_branch]
 *   skua_ring_fini:dma_fence_signal#1 = convert [merge_branch]
 */
#include <linux/dma-fence.h>

struct skua_ring {
	struct dma_fence *last;
	bool guilty;
	bool busy;
};

static void skua_ring_reset(struct skua_ring *ring, int error)
{
	ring->busy = false;

	if (!ring->guilty) {
		dma_fence_set_error(ring->last, -ECANCELED);
	} else
		dma_fence_set_error(ring->last, error);

	dma_fence_signal(ring->last);
	dma_fence_put(ring->last);
}

static void skua_ring_fini(struct skua_ring *ring)
{
	if (ring->busy) {
		if (ring->guilty)
			dma_fence_set_error(ring->last, -EIO);
		else
			dma_fence_set_error(ring->last, -ENODEV);
		dma_fence_signal(ring->last);
	}
	dma_fence_put(ring->last);
}
