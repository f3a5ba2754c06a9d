// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flag is tested by its bit, under the lock that the fence points to; the
 * test stands in the condition, so that there is no result.
 *
 * Generation: both
 * Verdicts:
 *   gaur_abort:dma_fence_set_error#1 = convert [check_open_coded]
 *   gaur_abort:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   gaur_finish:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   gaur_drop:dma_fence_set_error#1 = convert [check_open_coded]
 *   gaur_drop:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct gaur_job {
	struct dma_fence *done;
	bool dropped;
};

static void gaur_abort(struct gaur_job *job, int err)
{
	dma_fence_check_and_signal(job->done, err);
}

static void gaur_finish(struct dma_fence *fence)
{
	dma_fence_check_and_signal(fence, 0);
	dma_fence_put(fence);
}

static void gaur_drop(struct gaur_job *job)
{
	bool signaled;

	signaled = dma_fence_check_and_signal(job->done, -ECANCELED);

	job->dropped = !signaled;
}
