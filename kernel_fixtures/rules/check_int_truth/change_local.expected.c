// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result goes into a local that is only tested: the local becomes a bool.
 *
 * Generation: int
 * Verdicts:
 *   kob_evict:dma_fence_signal#1 = review [check_int_truth]
 *   kob_retire:dma_fence_signal_locked#1 = review [check_int_truth]
 *   kob_swap:dma_fence_signal#1 = review [check_int_truth]
 */
#include <linux/dma-fence.h>

struct kob_job {
	struct device *dev;
	struct dma_fence done;
	struct dma_fence slots[4];
};

static void kob_evict(struct kob_job *job)
{
	bool ret;

	ret = dma_fence_check_and_signal(&job->done, 0);
	dma_fence_put(&job->done);
	if (ret)
		dev_dbg(job->dev, "evicted already\n");
}

static void kob_retire(struct kob_job *job)
{
	bool ret = dma_fence_check_and_signal_locked(&job->done, 0);

	if (!ret)
		dma_fence_put(&job->done);
}

static void kob_swap(struct kob_job *job)
{
	int i;
	bool ret;

	for (i = 0; i < 4; i++) {
		ret = dma_fence_check_and_signal(&job->slots[i], 0);
		WARN_ON(ret);
	}
}
