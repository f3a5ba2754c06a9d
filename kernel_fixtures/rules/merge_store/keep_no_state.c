// SPDX-License-Identifier: GPL-2.0-only
/*
 * A reset of another struct's fence does not make an error here an initial
 * state: it may be carried to a signal elsewhere.
 *
 * Generation: both
 * Verdicts:
 *   siskin_reset:->error#1 = manual [residual_state]
 *   siskin_fail:->error#1 = manual [residual_store]
 *   siskin_end:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence *fence;
};

struct siskin_queue {
	struct dma_fence *fence;
};

static void siskin_reset(struct siskin_job *job)
{
	job->fence->error = 0;
}

static void siskin_fail(struct siskin_queue *queue)
{
	queue->fence->error = -EIO;
}

static void siskin_end(struct siskin_queue *queue)
{
	dma_fence_signal(queue->fence);
}
