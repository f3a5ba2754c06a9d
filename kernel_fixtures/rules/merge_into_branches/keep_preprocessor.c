// SPDX-License-Identifier: GPL-2.0-only
/*
 * A preprocessor line between the error and the branches: in one configuration
 * another statement stands there.
 *
 * Generation: both
 * Verdicts:
 *   iguana_fail:dma_fence_set_error#1 = manual [residual_gap]
 *   iguana_fail:dma_fence_signal_locked#1 = review [plain_carried]
 *   iguana_fail:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct iguana_job {
	struct dma_fence done;
	unsigned int failures;
};

static void iguana_fail(struct iguana_job *job, bool locked)
{
	dma_fence_set_error(&job->done, -EIO);
#ifdef CONFIG_IGUANA_STATS
	job->failures++;
#endif
	if (locked)
		dma_fence_signal_locked(&job->done);
	else
		dma_fence_signal(&job->done);
}
