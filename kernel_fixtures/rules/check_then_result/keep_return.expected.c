// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who comes too late returns without a signal.
 *
 * Generation: both
 * Verdicts:
 *   chameleon_finish:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct chameleon_job {
	struct dma_fence *done;
};

static int chameleon_finish(struct chameleon_job *job)
{
	if (dma_fence_is_signaled(job->done))
		return -EBUSY;

	dma_fence_signal(job->done, 0);

	return 0;
}
