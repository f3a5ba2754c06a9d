// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test writes the error: as an argument, its place among the other arguments
 * is not defined.
 *
 * Generation: both
 * Verdicts:
 *   mamba_job_done:dma_fence_set_error#1 = manual [side_effect]
 *   mamba_job_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct mamba_job {
	struct dma_fence done;
	int status;
};

static void mamba_job_done(struct mamba_job *job)
{
	int err;

	if ((err = job->status))
		dma_fence_set_error(&job->done, err);
	dma_fence_signal(&job->done);
}
