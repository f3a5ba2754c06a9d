// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block around both is left with one statement.
 *
 * Generation: both
 * Verdicts:
 *   polecat_stop:dma_fence_set_error#1 = review [merge_guard_polled]
 *   polecat_stop:dma_fence_signal#1 = review [merge_guard_polled]
 */
#include <linux/dma-fence.h>

struct polecat_job {
	struct dma_fence *done;
};

static void polecat_stop(struct polecat_job *job)
{
	if (job->done) {
		if (!dma_fence_is_signaled(job->done))
			dma_fence_set_error(job->done, -ENODEV);

		dma_fence_signal(job->done);
	}
}
