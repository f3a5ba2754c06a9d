// SPDX-License-Identifier: GPL-2.0-only
/*
 * A jump reaches the signal with a pointer that was never set.
 *
 * Generation: both
 * Verdicts:
 *   brambling_done:dma_fence_set_error#1 = manual [residual_gap]
 *   brambling_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

#include <linux/err.h>

struct brambling_bo;

struct brambling_job {
	struct dma_fence done;
	bool empty;
};

struct brambling_bo *brambling_pin(struct brambling_job *job);

static void brambling_done(struct brambling_job *job)
{
	struct brambling_bo *bo;

	if (job->empty)
		goto signal;

	bo = brambling_pin(job);
	if (IS_ERR(bo))
		dma_fence_set_error(&job->done, PTR_ERR(bo));
signal:
	dma_fence_signal(&job->done);
}
