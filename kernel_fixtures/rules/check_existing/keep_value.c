// SPDX-License-Identifier: GPL-2.0-only
/*
 * The function is handed on: only its new caller knows the error.
 *
 * Generation: void
 * Verdicts:
 *   nyala_flush:dma_fence_check_and_signal_locked#1 = manual [address_taken]
 */
#include <linux/dma-fence.h>

struct nyala_ring {
	struct dma_fence *slots[4];
};

static int nyala_for_each(struct nyala_ring *ring, bool (*fn)(struct dma_fence *fence))
{
	int i, signaled = 0;

	for (i = 0; i < 4; i++)
		signaled += fn(ring->slots[i]);

	return signaled;
}

static int nyala_flush(struct nyala_ring *ring)
{
	return nyala_for_each(ring, dma_fence_check_and_signal_locked);
}
