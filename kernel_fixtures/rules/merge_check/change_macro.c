// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check stands in a WARN macro, or in a block that is left with it alone.
 *
 * Generation: void
 * Verdicts:
 *   marten_reset:dma_fence_set_error#1 = convert [merge_check]
 *   marten_reset:dma_fence_check_and_signal_locked#1 = convert [merge_check]
 *   marten_stop:dma_fence_set_error#1 = convert [merge_check]
 *   marten_stop:dma_fence_check_and_signal#1 = convert [merge_check]
 */
#include <linux/dma-fence.h>

struct marten_ring {
	struct dma_fence *last;
	bool stopped;
};

static void marten_reset(struct marten_ring *ring)
{
	dma_fence_set_error(ring->last, -EIO);
	WARN_ON(dma_fence_check_and_signal_locked(ring->last));
}

static void marten_stop(struct marten_ring *ring)
{
	if (!ring->stopped) {
		dma_fence_set_error(ring->last, -ESHUTDOWN);
		ring->stopped = dma_fence_check_and_signal(ring->last);
	}
}
