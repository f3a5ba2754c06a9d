// SPDX-License-Identifier: GPL-2.0-only
/*
 * The else branch does something that must not happen for a failed job, so the
 * test has to stay.
 *
 * Generation: both
 * Verdicts:
 *   viper_job_done:dma_fence_set_error#1 = manual [residual_gap]
 *   viper_job_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct viper_job {
	struct dma_fence done;
	unsigned int completed;
};

static void viper_job_done(struct viper_job *job, int ret)
{
	if (ret)
		dma_fence_set_error(&job->done, ret);
	else
		job->completed++;
	dma_fence_signal(&job->done);
}
