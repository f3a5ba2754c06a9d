// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error goes into the signal of either branch.
 *
 * Generation: both
 * Verdicts:
 *   badger_fail:dma_fence_set_error#1 = review [merge_into_branches]
 *   badger_fail:dma_fence_signal_locked#1 = review [merge_into_branches]
 *   badger_fail:dma_fence_signal#1 = review [merge_into_branches]
 */
#include <linux/dma-fence.h>

struct badger_job {
	struct dma_fence done;
};

static void badger_fail(struct badger_job *job, bool locked)
{
	dma_fence_set_error(&job->done, -EIO);
	if (locked)
		dma_fence_signal_locked(&job->done);
	else
		dma_fence_signal(&job->done);
}
