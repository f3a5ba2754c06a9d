// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same without the lock: the check function has no annotation and accepts
 * no NULL, so that a person has to look.
 *
 * Generation: int
 * Verdicts:
 *   impala_done:dma_fence_signal#1 = review [check_int_truth]
 *   impala_retire:dma_fence_signal#1 = review [check_int_truth]
 *   impala_retire:dma_fence_signal#2 = review [check_int_truth]
 *   impala_was_first:dma_fence_signal#1 = review [check_int_truth]
 */
#include <linux/dma-fence.h>

struct impala_job {
	struct device *dev;
	struct dma_fence done;
	struct dma_fence idle;
};

static void impala_done(struct impala_job *job)
{
	if (unlikely(dma_fence_signal(&job->done)))
		dev_dbg(job->dev, "done already\n");
}

static void impala_retire(struct impala_job *job)
{
	WARN_ON_ONCE(dma_fence_signal(&job->done));
	if (dma_fence_signal(&job->idle) == 0)
		dma_fence_put(&job->idle);
}

static bool impala_was_first(struct impala_job *job)
{
	return !dma_fence_signal(&job->done);
}
