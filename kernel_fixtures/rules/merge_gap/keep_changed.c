// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is another one by the time of the signal, or may be.
 *
 * Generation: both
 * Verdicts:
 *   thrush_fail:dma_fence_set_error#1 = manual [residual_gap]
 *   thrush_fail:dma_fence_signal#1 = review [plain_carried]
 *   thrush_drop:dma_fence_set_error#1 = manual [residual_gap]
 *   thrush_drop:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct thrush_job {
	struct dma_fence done_fence;
	struct dma_fence idle_fence;
};

struct thrush_ring {
	int error;
};

void thrush_ring_reset(struct thrush_ring *ring);

static void thrush_fail(struct thrush_job *job, int err)
{
	dma_fence_set_error(&job->done_fence, err);
	err = 0;
	dma_fence_signal(&job->done_fence);
}

static void thrush_drop(struct thrush_job *job, struct thrush_ring *ring)
{
	dma_fence_set_error(&job->idle_fence, ring->error);
	thrush_ring_reset(ring);
	dma_fence_signal(&job->idle_fence);
}
