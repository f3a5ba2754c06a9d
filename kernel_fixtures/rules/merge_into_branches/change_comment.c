// SPDX-License-Identifier: GPL-2.0-only
/*
 * The comment above stays above the if.
 *
 * Generation: both
 * Verdicts:
 *   weka_fail:dma_fence_set_error#1 = review [merge_into_branches]
 *   weka_fail:dma_fence_signal_timestamp_locked#1 = review [merge_into_branches]
 *   weka_fail:dma_fence_signal_locked#1 = review [merge_into_branches]
 */
#include <linux/dma-fence.h>

struct weka_job {
	struct dma_fence done;
};

static void weka_fail(struct weka_job *job, ktime_t when)
{
	/* Nothing more is known. */
	dma_fence_set_error(&job->done, -EIO);
	if (when)
		dma_fence_signal_timestamp_locked(&job->done, when);
	else
		dma_fence_signal_locked(&job->done);
}
