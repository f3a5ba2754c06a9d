// SPDX-License-Identifier: GPL-2.0-only
/*
 * Braces stay around a comment, a declaration or an #if, and where an inner if
 * would take the else of the outer one.
 *
 * Generation: both
 * Verdicts:
 *   ruan_slot_abort:dma_fence_set_error#1 = convert [merge_adjacent]
 *   ruan_slot_abort:dma_fence_signal#1 = convert [merge_adjacent]
 *   ruan_slot_abort:dma_fence_set_error#2 = convert [merge_adjacent]
 *   ruan_slot_abort:dma_fence_signal#2 = convert [merge_adjacent]
 *   ruan_slot_retire:dma_fence_set_error#1 = convert [merge_adjacent]
 *   ruan_slot_retire:dma_fence_signal#1 = convert [merge_adjacent]
 *   ruan_slot_reset:dma_fence_set_error#1 = convert [merge_adjacent]
 *   ruan_slot_reset:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct ruan_slot {
	struct dma_fence *fence;
	int cause;
	bool dead;
	bool armed;
};

int ruan_cause_to_errno(int cause);
void ruan_slot_rearm(struct ruan_slot *slot);
void ruan_slot_dump(struct ruan_slot *slot);

static void ruan_slot_abort(struct ruan_slot *slot)
{
	if (slot->dead) {
		/* Nobody is left to look at the cause. */
		dma_fence_signal(slot->fence, -ENODEV);
	}

	if (slot->armed) {
		int error = ruan_cause_to_errno(slot->cause);

		dma_fence_signal(slot->fence, error);
	}
}

static void ruan_slot_retire(struct ruan_slot *slot)
{
	if (slot->dead) {
		if (slot->armed)
			dma_fence_signal(slot->fence, -EIO);
	} else {
		ruan_slot_rearm(slot);
	}
}

static void ruan_slot_reset(struct ruan_slot *slot)
{
	if (slot->armed) {
#ifdef CONFIG_RUAN_DEBUG
		ruan_slot_dump(slot);
#endif
		dma_fence_signal(slot->fence, -ERESTART);
	}
}
