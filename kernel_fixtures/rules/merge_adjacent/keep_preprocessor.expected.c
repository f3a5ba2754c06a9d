// SPDX-License-Identifier: GPL-2.0-only
/*
 * A preprocessor line between the two calls: in one configuration another
 * statement stands there.
 *
 * Generation: both
 * Verdicts:
 *   wren_job_abort:dma_fence_set_error#1 = manual [residual_gap]
 *   wren_job_abort:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct wren_job {
	struct dma_fence *done_fence;
	unsigned int aborted;
};

static void wren_job_abort(struct wren_job *job)
{
	dma_fence_set_error(job->done_fence, -ECANCELED);
#ifdef CONFIG_WREN_STATS
	job->aborted++;
#endif
	dma_fence_signal(job->done_fence, 0);
}
