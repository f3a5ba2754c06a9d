// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is stored when it is not 0, and 0 leaves the fence alone: the test
 * goes, however it is spelled.
 *
 * Generation: both
 * Verdicts:
 *   egret_fence_finish:dma_fence_set_error#1 = convert [merge_guard_same]
 *   egret_fence_finish:dma_fence_signal#1 = convert [merge_guard_same]
 *   egret_fence_result:dma_fence_set_error#1 = convert [merge_guard_same]
 *   egret_fence_result:dma_fence_signal_locked#1 = convert [merge_guard_same]
 *   egret_fence_stamp:dma_fence_set_error#1 = convert [merge_guard_same]
 *   egret_fence_stamp:dma_fence_signal_timestamp#1 = convert [merge_guard_same]
 *   egret_fence_stamp_locked:dma_fence_set_error#1 = convert [merge_guard_same]
 *   egret_fence_stamp_locked:dma_fence_signal_timestamp_locked#1 = convert [merge_guard_same]
 *   egret_fence_late:dma_fence_set_error#1 = convert [merge_guard_same]
 *   egret_fence_late:dma_fence_signal#1 = convert [merge_guard_same]
 */
#include <linux/dma-fence.h>

struct egret_fence {
	struct dma_fence finished;
	struct dma_fence scheduled;
};

static void egret_fence_finish(struct egret_fence *fence, int result)
{
	if (result)
		dma_fence_set_error(&fence->finished, result);
	dma_fence_signal(&fence->finished);
}

static void egret_fence_result(struct egret_fence *fence, int result)
{
	if (unlikely(result))
		dma_fence_set_error(&fence->finished, result);
	dma_fence_signal_locked(&fence->finished);
}

static void egret_fence_stamp(struct egret_fence *fence, ktime_t now, int result)
{
	if (result != 0)
		dma_fence_set_error(&fence->finished, result);
	dma_fence_signal_timestamp(&fence->finished, now);
}

static void egret_fence_stamp_locked(struct egret_fence *fence, int result)
{
	ktime_t now = ktime_get();

	if (unlikely(result != 0))
		dma_fence_set_error(&fence->scheduled, result);
	dma_fence_signal_timestamp_locked(&fence->scheduled, now);
}

static void egret_fence_late(struct egret_fence *fence, int result)
{
	if (likely(0 != result))
		dma_fence_set_error(&fence->scheduled, result);
	dma_fence_signal(&fence->scheduled);
}
