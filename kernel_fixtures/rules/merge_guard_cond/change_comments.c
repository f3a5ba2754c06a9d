// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comments stay above the signal, and a blank line before it once.
 *
 * Generation: both
 * Verdicts:
 *   whimbrel_done:dma_fence_set_error#1 = convert [merge_guard_cond]
 *   whimbrel_done:dma_fence_signal#1 = convert [merge_guard_cond]
 *   whimbrel_idle:dma_fence_set_error#1 = convert [merge_guard_cond]
 *   whimbrel_idle:dma_fence_signal#1 = convert [merge_guard_cond]
 */
#include <linux/dma-fence.h>

struct whimbrel_job {
	struct dma_fence done;
	struct dma_fence idle;
	bool hung;
};

static void whimbrel_done(struct whimbrel_job *job)
{
	/* A reset took the job with it. */
	if (job->hung)
		dma_fence_set_error(&job->done, -ECANCELED);
	dma_fence_signal(&job->done);
}

static void whimbrel_idle(struct whimbrel_job *job)
{
	dma_fence_get(&job->idle);
	if (job->hung)
		dma_fence_set_error(&job->idle, -ECANCELED);

	/* Wakes the scheduler. */
	dma_fence_signal(&job->idle);
	dma_fence_put(&job->idle);
}
