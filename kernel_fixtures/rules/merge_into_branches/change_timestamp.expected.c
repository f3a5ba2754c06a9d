// SPDX-License-Identifier: GPL-2.0-only
/*
 * Branches in braces, which they keep, of the timestamp functions.
 *
 * Generation: both
 * Verdicts:
 *   otter_fail:dma_fence_set_error#1 = review [merge_into_branches]
 *   otter_fail:dma_fence_signal_timestamp#1 = review [merge_into_branches]
 *   otter_fail:dma_fence_signal#1 = review [merge_into_branches]
 */
#include <linux/dma-fence.h>

struct otter_job {
	struct dma_fence done;
	bool stamped;
	unsigned int guesses;
};

static void otter_fail(struct otter_job *job, ktime_t when, int err)
{
	if (job->stamped) {
		dma_fence_signal_timestamp(&job->done, when, err);
	} else {
		/* The firmware has no clock. */
		dma_fence_signal(&job->done, err);
	}
}
