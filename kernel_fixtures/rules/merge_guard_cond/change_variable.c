// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same with an error that is no constant: it may be 0 or positive, so that
 * a person has to look.
 *
 * Generation: both
 * Verdicts:
 *   dunlin_done:dma_fence_set_error#1 = review [merge_guard_cond]
 *   dunlin_done:dma_fence_signal#1 = review [merge_guard_cond]
 *   dunlin_idle:dma_fence_set_error#1 = review [merge_guard_cond]
 *   dunlin_idle:dma_fence_signal#1 = review [merge_guard_cond]
 *   dunlin_status:dma_fence_set_error#1 = review [merge_guard_cond]
 *   dunlin_status:dma_fence_signal_locked#1 = review [merge_guard_cond]
 */
#include <linux/dma-fence.h>

struct dunlin_job {
	struct dma_fence done;
	struct dma_fence idle;
	struct dma_fence status;
	bool hung;
	int error;
};

static void dunlin_done(struct dunlin_job *job, int reason)
{
	if (job->hung)
		dma_fence_set_error(&job->done, reason);
	dma_fence_signal(&job->done);
}

static void dunlin_idle(struct dunlin_job *job)
{
	if (job->hung && job->error < 0)
		dma_fence_set_error(&job->idle, job->error);
	dma_fence_signal(&job->idle);
}

static void dunlin_status(struct dunlin_job *job, int status)
{
	if (status > 0)
		dma_fence_set_error(&job->status, -status);
	dma_fence_signal_locked(&job->status);
}
