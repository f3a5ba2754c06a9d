// SPDX-License-Identifier: GPL-2.0-only
/*
 * The comments stay, the block around the pair is left with one statement and a
 * comment, and keeps its braces.
 *
 * Generation: both
 * Verdicts:
 *   dipper_run:dma_fence_set_error#1 = convert [merge_err_ptr]
 *   dipper_run:dma_fence_signal#1 = convert [merge_err_ptr]
 */
#include <linux/dma-fence.h>

#include <linux/err.h>

struct dipper_job {
	struct dma_fence done;
	bool active;
};

struct dma_fence *dipper_submit(struct dipper_job *job);

static void dipper_run(struct dipper_job *job)
{
	struct dma_fence *parent = dipper_submit(job);

	if (job->active) {
		/* No parent: there was nothing to run. */
		dma_fence_signal(&job->done, PTR_ERR_OR_ZERO(parent));
	}
}
