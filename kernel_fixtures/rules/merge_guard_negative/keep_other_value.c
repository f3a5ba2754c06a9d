// SPDX-License-Identifier: GPL-2.0-only
/*
 * The value that is tested is not the one that is stored: this is a condition
 * like any other.
 *
 * Generation: both
 * Verdicts:
 *   grebe_done:dma_fence_set_error#1 = review [merge_guard_cond]
 *   grebe_done:dma_fence_signal#1 = review [merge_guard_cond]
 */
#include <linux/dma-fence.h>

struct grebe_job {
	struct dma_fence done;
	int left;
};

static void grebe_done(struct grebe_job *job, int error)
{
	if (job->left < 0)
		dma_fence_set_error(&job->done, error);
	dma_fence_signal(&job->done);
}
