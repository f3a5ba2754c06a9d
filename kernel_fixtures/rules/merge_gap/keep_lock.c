// SPDX-License-Identifier: GPL-2.0-only
/*
 * A lock is released in between: somebody waits for it and reads the error.
 *
 * Generation: both
 * Verdicts:
 *   wagtail_fail:dma_fence_set_error#1 = manual [residual_gap]
 *   wagtail_fail:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct wagtail_job {
	struct dma_fence done;
};

static void wagtail_fail(struct wagtail_job *job, struct mutex *lock)
{
	mutex_lock(lock);
	dma_fence_set_error(&job->done, -EIO);
	mutex_unlock(lock);
	dma_fence_signal(&job->done);
}
