// SPDX-License-Identifier: GPL-2.0-only
/*
 * Only negative values are stored: of an int, the lesser of it and 0. What a
 * positive value should mean is for the maintainer to say.
 *
 * Generation: both
 * Verdicts:
 *   rail_done:dma_fence_set_error#1 = review [merge_guard_negative]
 *   rail_done:dma_fence_signal#1 = review [merge_guard_negative]
 *   rail_locked:dma_fence_set_error#1 = review [merge_guard_negative]
 *   rail_locked:dma_fence_signal_locked#1 = review [merge_guard_negative]
 *   rail_stamp:dma_fence_set_error#1 = review [merge_guard_negative]
 *   rail_stamp:dma_fence_signal_timestamp#1 = review [merge_guard_negative]
 *   rail_stamp:dma_fence_set_error#2 = review [merge_guard_negative]
 *   rail_stamp:dma_fence_signal_timestamp_locked#1 = review [merge_guard_negative]
 */
#include <linux/dma-fence.h>

struct rail_job {
	struct dma_fence done;
	struct dma_fence idle;
	int result;
};

static void rail_done(struct rail_job *job, int ret)
{
	if (ret < 0)
		dma_fence_set_error(&job->done, ret);
	dma_fence_signal(&job->done);
}

static void rail_locked(struct rail_job *job)
{
	if (0 > job->result) {
		dma_fence_set_error(&job->done, job->result);
	}
	dma_fence_signal_locked(&job->done);
}

static void rail_stamp(struct rail_job *job, ktime_t now, int ret)
{
	if (unlikely(ret < 0))
		dma_fence_set_error(&job->done, ret);
	dma_fence_signal_timestamp(&job->done, now);

	if (unlikely(0 > ret))
		dma_fence_set_error(&job->idle, ret);
	dma_fence_signal_timestamp_locked(&job->idle, now);
}
