// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flag is tested by its bit, under the lock that the fence points to; the
 * test stands in the condition, so that there is no result.
 *
 * Generation: both
 * Verdicts:
 *   gaur_abort:dma_fence_set_error#1 = convert [check_open_coded]
 *   gaur_abort:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   gaur_finish:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   gaur_drop:dma_fence_set_error#1 = convert [check_open_coded]
 *   gaur_drop:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct gaur_job {
	struct dma_fence *done;
	bool dropped;
};

static void gaur_abort(struct gaur_job *job, int err)
{
	unsigned long flags;

	spin_lock_irqsave(job->done->lock, flags);
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &job->done->flags)) {
		dma_fence_set_error(job->done, err);
		dma_fence_signal_locked(job->done);
	}
	spin_unlock_irqrestore(job->done->lock, flags);
}

static void gaur_finish(struct dma_fence *fence)
{
	spin_lock_irq(fence->lock);
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))
		dma_fence_signal_locked(fence);
	spin_unlock_irq(fence->lock);
	dma_fence_put(fence);
}

static void gaur_drop(struct gaur_job *job)
{
	bool signaled;

	spin_lock_irq(job->done->lock);
	signaled = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &job->done->flags);
	if (!signaled) {
		dma_fence_set_error(job->done, -ECANCELED);
		dma_fence_signal_locked(job->done);
	}
	spin_unlock_irq(job->done->lock);

	job->dropped = !signaled;
}
