// SPDX-License-Identifier: GPL-2.0-only
/*
 * Braces that hold a single statement after the merge go, in both branches of
 * an if; they stay where the other branch needs them.
 *
 * Generation: both
 * Verdicts:
 *   sable_job_done:dma_fence_set_error#1 = convert [merge_adjacent]
 *   sable_job_done:dma_fence_signal#1 = convert [merge_adjacent]
 *   sable_job_drop:dma_fence_set_error#1 = convert [merge_adjacent]
 *   sable_job_drop:dma_fence_signal#1 = convert [merge_adjacent]
 *   sable_job_drop:dma_fence_set_error#2 = convert [merge_adjacent]
 *   sable_job_drop:dma_fence_signal#2 = convert [merge_adjacent]
 *   sable_job_lost:dma_fence_set_error#1 = convert [merge_adjacent]
 *   sable_job_lost:dma_fence_signal#1 = convert [merge_adjacent]
 *   sable_job_lost:dma_fence_set_error#2 = convert [merge_adjacent]
 *   sable_job_lost:dma_fence_signal#2 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct sable_job {
	struct list_head link;
	struct dma_fence *done_fence;
	unsigned int restarts;
	bool hung;
};

void sable_job_requeue(struct sable_job *job);

static void sable_job_done(struct sable_job *job)
{
	if (job->hung)
		dma_fence_signal(job->done_fence, -ETIME);
}

static void sable_job_drop(struct sable_job *job, int reason)
{
	if (job->hung)
		dma_fence_signal(job->done_fence, reason);
	else
		sable_job_requeue(job);

	if (job->restarts > 3) {
		dma_fence_signal(job->done_fence, -ECANCELED);
	} else {
		job->restarts++;
		sable_job_requeue(job);
	}
}

static void sable_job_lost(struct sable_job *job)
{
	if (job->hung)
		dma_fence_signal(job->done_fence, -EIO);
	else
		dma_fence_signal(job->done_fence, -ENODEV);
}
