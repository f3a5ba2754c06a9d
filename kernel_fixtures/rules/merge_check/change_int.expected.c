// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where signalling returns an int and the result is used: the check function
 * takes its place, with the error.
 *
 * Generation: int
 * Verdicts:
 *   stoat_signal:dma_fence_set_error#1 = review [merge_check]
 *   stoat_signal:dma_fence_signal#1 = review [merge_check]
 *   stoat_retire:dma_fence_set_error#1 = convert [merge_check]
 *   stoat_retire:dma_fence_signal_locked#1 = convert [merge_check]
 *   stoat_cancel:dma_fence_set_error#1 = review [merge_check]
 *   stoat_cancel:dma_fence_signal#1 = review [merge_check]
 */
#include <linux/dma-fence.h>

struct stoat_job {
	struct device *dev;
	struct dma_fence done;
};

static int stoat_signal(struct stoat_job *job, int err)
{
	return dma_fence_check_and_signal(&job->done, err) ? -EINVAL : 0;
}

static void stoat_retire(struct stoat_job *job)
{
	if (dma_fence_check_and_signal_locked(&job->done, -EIO))
		dev_dbg(job->dev, "done already\n");
}

static void stoat_cancel(struct stoat_job *job)
{
	if (dma_fence_check_and_signal(&job->done, -ECANCELED))
		dev_dbg(job->dev, "done already\n");
}
