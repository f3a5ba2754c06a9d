// SPDX-License-Identifier: GPL-2.0-only
/*
 * With a timestamp, and a hint for the compiler.
 *
 * Generation: both
 * Verdicts:
 *   ermine_stop:dma_fence_set_error#1 = review [merge_guard_polled]
 *   ermine_stop:dma_fence_signal_timestamp#1 = review [merge_guard_polled]
 *   ermine_stop_locked:dma_fence_set_error#1 = review [merge_guard_polled]
 *   ermine_stop_locked:dma_fence_signal_timestamp_locked#1 = review [merge_guard_polled]
 */
#include <linux/dma-fence.h>

struct ermine_job {
	struct dma_fence done;
};

static void ermine_stop(struct ermine_job *job, ktime_t now)
{
	if (likely(!dma_fence_is_signaled(&job->done)))
		dma_fence_set_error(&job->done, -EIO);
	dma_fence_signal_timestamp(&job->done, now);
}

static void ermine_stop_locked(struct ermine_job *job, ktime_t now)
{
	if (!dma_fence_is_signaled_locked(&job->done))
		dma_fence_set_error(&job->done, -EIO);
	dma_fence_signal_timestamp_locked(&job->done, now);
}
