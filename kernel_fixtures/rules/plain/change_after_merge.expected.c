// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only error for this fence goes into its own signal: the other function's
 * signal carries nothing any more.
 *
 * Generation: both
 * Verdicts:
 *   fossa_job_timedout:dma_fence_set_error#1 = convert [merge_adjacent]
 *   fossa_job_timedout:dma_fence_signal#1 = convert [merge_adjacent]
 *   fossa_job_done:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct fossa_job {
	struct dma_fence *done_fence;
};

static void fossa_job_timedout(struct fossa_job *job)
{
	dma_fence_signal(job->done_fence, -ETIMEDOUT);
}

static void fossa_job_done(struct fossa_job *job)
{
	dma_fence_signal(job->done_fence, 0);
}
