// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was wrapped at 80 columns fits a line of up to 100 after the merge, and
 * is not broken; only a longer line is, below the open parenthesis.
 *
 * Generation: both
 * Verdicts:
 *   halcyon_engine_lost:dma_fence_set_error#1 = convert [merge_adjacent]
 *   halcyon_engine_lost:dma_fence_signal#1 = convert [merge_adjacent]
 *   halcyon_engine_lost:dma_fence_set_error#2 = convert [merge_adjacent]
 *   halcyon_engine_lost:dma_fence_signal_timestamp#1 = convert [merge_adjacent]
 *   halcyon_engine_dead:dma_fence_set_error#1 = convert [merge_adjacent]
 *   halcyon_engine_dead:dma_fence_signal_timestamp_locked#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct halcyon_engine {
	struct dma_fence *completion_fence;
	struct dma_fence *last_submission_fence;
	unsigned int fault_status;
};

int halcyon_fault_to_errno(unsigned int status);
ktime_t halcyon_engine_clock(struct halcyon_engine *engine);

static void halcyon_engine_lost(struct halcyon_engine *engine, ktime_t now)
{
	dma_fence_signal(engine->completion_fence, halcyon_fault_to_errno(engine->fault_status));

	dma_fence_signal_timestamp(engine->last_submission_fence, now, -ENOTRECOVERABLE);
}

static void halcyon_engine_dead(struct halcyon_engine *engine)
{
	ktime_t when = halcyon_engine_clock(engine);

	dma_fence_signal_timestamp_locked(engine->last_submission_fence, when,
					  halcyon_fault_to_errno(engine->fault_status));
}
