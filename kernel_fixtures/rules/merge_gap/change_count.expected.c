// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between error and signal stands what has nothing to do with the fence: it
 * stays in its place, and the error moves down.
 *
 * Generation: both
 * Verdicts:
 *   oriole_fail:dma_fence_set_error#1 = review [merge_gap]
 *   oriole_fail:dma_fence_signal#1 = review [merge_gap]
 *   oriole_drop:dma_fence_set_error#1 = review [merge_gap]
 *   oriole_drop:dma_fence_signal_locked#1 = review [merge_gap]
 */
#include <linux/dma-fence.h>

struct oriole_stats {
	unsigned int failures;
	ktime_t last;
};

struct oriole_job {
	struct dma_fence done;
};

static void oriole_fail(struct oriole_job *job, struct oriole_stats *stats)
{
	stats->failures++;
	dma_fence_signal(&job->done, -EIO);
}

static void oriole_drop(struct oriole_job *job, struct oriole_stats *stats, int err)
{
	stats->failures++;
	stats->last = 0;

	dma_fence_signal_locked(&job->done, err);
}
