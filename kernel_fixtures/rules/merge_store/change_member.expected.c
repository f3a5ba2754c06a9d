// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fence is a member of a struct: .error of it, signaled by its address.
 *
 * Generation: both
 * Verdicts:
 *   sumac_job_fail:->error#1 = review [merge_store]
 *   sumac_job_fail:dma_fence_signal#1 = review [merge_store]
 *   sumac_job_drop:->error#1 = review [merge_store]
 *   sumac_job_drop:dma_fence_signal_timestamp#1 = review [merge_store]
 *   sumac_job_drop:->error#2 = review [merge_store]
 *   sumac_job_drop:dma_fence_signal_timestamp_locked#1 = review [merge_store]
 */
#include <linux/dma-fence.h>

struct sumac_fence {
	struct dma_fence base;
	u32 seqno;
};

struct sumac_job {
	struct sumac_fence *done;
	struct dma_fence slots[4];
	bool started;
};

static void sumac_job_fail(struct sumac_job *job, int err)
{
	if (job->started)
		dma_fence_signal(&job->done->base, err);
}

static void sumac_job_drop(struct sumac_job *job, ktime_t now)
{
	job->started = false;
	dma_fence_signal_timestamp(&job->done->base, now, -EIO);

	dma_fence_signal_timestamp_locked(&job->slots[0], now, -EIO);
}
