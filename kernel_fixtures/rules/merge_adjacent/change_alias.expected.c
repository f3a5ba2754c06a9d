// SPDX-License-Identifier: GPL-2.0-only
/*
 * A local that is set once to the fence is another name of it.
 *
 * Generation: both
 * Verdicts:
 *   birch_job_stop:dma_fence_set_error#1 = convert [merge_adjacent]
 *   birch_job_stop:dma_fence_signal#1 = convert [merge_adjacent]
 *   birch_job_kill:dma_fence_set_error#1 = convert [merge_adjacent]
 *   birch_job_kill:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct birch_sched_fence {
	struct dma_fence finished;
};

struct birch_job {
	struct birch_sched_fence *s_fence;
};

static void birch_job_stop(struct birch_job *job)
{
	struct dma_fence *finished = &job->s_fence->finished;

	dma_fence_get(finished);
	dma_fence_signal(finished, -ECANCELED);
	dma_fence_put(finished);
}

static void birch_job_kill(struct birch_job *job)
{
	struct dma_fence *finished;

	finished = &job->s_fence->finished;
	dma_fence_get(finished);
	dma_fence_signal(&job->s_fence->finished, -ETIME);
	dma_fence_put(finished);
}
