// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result is only tested, under the lock: true where it was not 0.
 *
 * Generation: int
 * Verdicts:
 *   gazelle_done:dma_fence_signal_locked#1 = convert [check_int_truth]
 *   gazelle_retire:dma_fence_signal_locked#1 = convert [check_int_truth]
 *   gazelle_retire:dma_fence_signal_locked#2 = convert [check_int_truth]
 *   gazelle_stop:dma_fence_signal_locked#1 = convert [check_int_truth]
 *   gazelle_stop:dma_fence_signal_locked#2 = convert [check_int_truth]
 */
#include <linux/dma-fence.h>

struct gazelle_job {
	struct device *dev;
	struct dma_fence done;
	struct dma_fence idle;
};

static void gazelle_done(struct gazelle_job *job)
{
	if (dma_fence_check_and_signal_locked(&job->done, 0))
		dev_dbg(job->dev, "done already\n");
}

static void gazelle_retire(struct gazelle_job *job)
{
	if (!dma_fence_check_and_signal_locked(&job->done, 0))
		dma_fence_put(&job->done);
	if (!dma_fence_check_and_signal_locked(&job->idle, 0))
		dma_fence_put(&job->idle);
}

static void gazelle_stop(struct gazelle_job *job)
{
	if (dma_fence_check_and_signal_locked(&job->done, 0))
		dev_dbg(job->dev, "done already\n");
	WARN_ON(dma_fence_check_and_signal_locked(&job->idle, 0));
}
