// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test is spelled in other ways, and the timestamp functions signal.
 *
 * Generation: both
 * Verdicts:
 *   fennel_tlb_flush_done:dma_fence_set_error#1 = convert [merge_guard_block]
 *   fennel_tlb_flush_done:dma_fence_signal_timestamp#1 = convert [merge_guard_block]
 *   fennel_tlb_flush_locked:dma_fence_set_error#1 = convert [merge_guard_block]
 *   fennel_tlb_flush_locked:dma_fence_signal_timestamp_locked#1 = convert [merge_guard_block]
 */
#include <linux/dma-fence.h>

struct fennel_tlb {
	struct dma_fence fence;
	unsigned int errors;
	bool stale;
};

static void fennel_tlb_flush_done(struct fennel_tlb *tlb, ktime_t now, int err)
{
	if (err != 0) {
		tlb->errors++;
		tlb->stale = true;
		dma_fence_set_error(&tlb->fence, err);
	}

	dma_fence_signal_timestamp(&tlb->fence, now);
}

static void fennel_tlb_flush_locked(struct fennel_tlb *tlb, ktime_t now, int err)
{
	if (unlikely(err != 0)) {
		tlb->errors++;
		dma_fence_set_error(&tlb->fence, err);
	}

	dma_fence_signal_timestamp_locked(&tlb->fence, now);
}
