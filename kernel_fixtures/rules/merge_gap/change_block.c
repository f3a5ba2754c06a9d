// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a block, with a comment and a blank line.
 *
 * Generation: both
 * Verdicts:
 *   pipit_reset:dma_fence_set_error#1 = review [merge_gap]
 *   pipit_reset:dma_fence_signal_timestamp_locked#1 = review [merge_gap]
 */
#include <linux/dma-fence.h>

struct pipit_job {
	struct dma_fence done;
};

static void pipit_reset(struct pipit_job *job, unsigned int *resets, bool hung, ktime_t now)
{
	if (hung) {
		dma_fence_set_error(&job->done, -ETIME);

		/* Too many of them, and the device is given up. */
		(*resets)++;
		dma_fence_signal_timestamp_locked(&job->done, now);
	}
}
