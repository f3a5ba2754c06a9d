// SPDX-License-Identifier: GPL-2.0-only
/*
 * Either error is stored: which one is decided in the call.
 *
 * Generation: both
 * Verdicts:
 *   tern_job_stop:dma_fence_set_error#1 = convert [merge_branch]
 *   tern_job_stop:dma_fence_set_error#2 = convert [merge_branch]
 *   tern_job_stop:dma_fence_signal#1 = convert [merge_branch]
 *   tern_job_kill:dma_fence_set_error#1 = convert [merge_branch]
 *   tern_job_kill:dma_fence_set_error#2 = convert [merge_branch]
 *   tern_job_kill:dma_fence_signal_locked#1 = convert [merge_branch]
 *   tern_job_stamp:dma_fence_set_error#1 = convert [merge_branch]
 *   tern_job_stamp:dma_fence_set_error#2 = convert [merge_branch]
 *   tern_job_stamp:dma_fence_signal_timestamp#1 = convert [merge_branch]
 *   tern_job_stamp:dma_fence_set_error#3 = convert [merge_branch]
 *   tern_job_stamp:dma_fence_set_error#4 = convert [merge_branch]
 *   tern_job_stamp:dma_fence_signal_timestamp_locked#1 = convert [merge_branch]
 */
#include <linux/dma-fence.h>

struct tern_job {
	struct dma_fence done;
	struct dma_fence idle;
	bool guilty;
	unsigned int retries;
};

static void tern_job_stop(struct tern_job *job)
{
	dma_fence_signal(&job->done, job->guilty ? -ETIME : -ECANCELED);
}

static void tern_job_kill(struct tern_job *job, int reason)
{
	dma_fence_signal_locked(&job->done, job->retries > 2 ? reason : -EAGAIN);
}

static void tern_job_stamp(struct tern_job *job, ktime_t now)
{
	dma_fence_signal_timestamp(&job->done, now, unlikely(job->guilty) ? -EIO : -ENODATA);

	dma_fence_signal_timestamp_locked(&job->idle, now, job->retries != 0 ? -EIO : -ENODATA);
}
