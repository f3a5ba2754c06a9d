// SPDX-License-Identifier: GPL-2.0-only
/*
 * What depends on the test puts the fence, or replaces it.
 *
 * Generation: both
 * Verdicts:
 *   anole_finish:dma_fence_signal#1 = convert [plain]
 *   anole_swap:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct anole_job {
	struct dma_fence *done;
	struct dma_fence *spare;
};

static void anole_finish(struct anole_job *job)
{
	if (dma_fence_is_signaled(job->done))
		dma_fence_put(job->done);
	dma_fence_signal(job->done, 0);
}

static void anole_swap(struct anole_job *job)
{
	if (dma_fence_is_signaled(job->done))
		job->done = job->spare;
	dma_fence_signal(job->done, 0);
}
