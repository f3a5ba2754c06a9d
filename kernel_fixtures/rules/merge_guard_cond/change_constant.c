// SPDX-License-Identifier: GPL-2.0-only
/*
 * A negative constant under a test of something else: the test moves into the
 * call. Nothing else can come of it.
 *
 * Generation: both
 * Verdicts:
 *   ibis_job_done:dma_fence_set_error#1 = convert [merge_guard_cond]
 *   ibis_job_done:dma_fence_signal#1 = convert [merge_guard_cond]
 *   ibis_job_retire:dma_fence_set_error#1 = convert [merge_guard_cond]
 *   ibis_job_retire:dma_fence_signal_locked#1 = convert [merge_guard_cond]
 *   ibis_job_stamp:dma_fence_set_error#1 = convert [merge_guard_cond]
 *   ibis_job_stamp:dma_fence_signal_timestamp#1 = convert [merge_guard_cond]
 *   ibis_job_stamp:dma_fence_set_error#2 = convert [merge_guard_cond]
 *   ibis_job_stamp:dma_fence_signal_timestamp_locked#1 = convert [merge_guard_cond]
 */
#include <linux/dma-fence.h>

enum ibis_state {
	IBIS_RUNNING,
	IBIS_LOST,
};

struct ibis_job {
	struct dma_fence done;
	struct dma_fence idle;
	enum ibis_state state;
	unsigned int retries;
	bool hung;
};

static void ibis_job_done(struct ibis_job *job)
{
	if (job->hung)
		dma_fence_set_error(&job->done, -ETIMEDOUT);
	dma_fence_signal(&job->done);
}

static void ibis_job_retire(struct ibis_job *job)
{
	if (job->state == IBIS_LOST) {
		dma_fence_set_error(&job->done, -ECANCELED);
	}
	dma_fence_signal_locked(&job->done);
}

static void ibis_job_stamp(struct ibis_job *job, ktime_t now)
{
	if (!job->retries)
		dma_fence_set_error(&job->done, -EIO);
	dma_fence_signal_timestamp(&job->done, now);

	if (job->hung || !job->retries)
		dma_fence_set_error(&job->idle, -EIO);
	dma_fence_signal_timestamp_locked(&job->idle, now);
}
