// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block gives the error another value, in the open or through its address.
 *
 * Generation: both
 * Verdicts:
 *   nettle_done:dma_fence_set_error#1 = manual [residual_gap]
 *   nettle_done:dma_fence_signal#1 = review [plain_carried]
 *   nettle_idle:dma_fence_set_error#1 = manual [residual_gap]
 *   nettle_idle:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct nettle_job {
	struct dma_fence done_fence;
	struct dma_fence idle_fence;
	unsigned int failed;
};

void nettle_translate(struct nettle_job *job, int *err);

static void nettle_done(struct nettle_job *job, int err)
{
	if (err) {
		err = job->failed ? err : 0;
		dma_fence_set_error(&job->done_fence, err);
	}
	dma_fence_signal(&job->done_fence);
}

static void nettle_idle(struct nettle_job *job, int err)
{
	if (err) {
		nettle_translate(job, &err);
		dma_fence_set_error(&job->idle_fence, err);
	}
	dma_fence_signal(&job->idle_fence);
}
