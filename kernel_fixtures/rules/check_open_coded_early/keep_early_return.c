// SPDX-License-Identifier: GPL-2.0-only
/*
 * The form that unlocks and leaves early: a person rewrites the function.
 *
 * Generation: both
 * Verdicts:
 *   argali_done:dma_fence_signal_locked#1 = manual [check_open_coded]
 */
#include <linux/dma-fence.h>

struct argali_job {
	struct dma_fence *done;
};

static bool argali_done(struct argali_job *job)
{
	unsigned long flags;

	spin_lock_irqsave(job->done->lock, flags);
	if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &job->done->flags)) {
		spin_unlock_irqrestore(job->done->lock, flags);
		return false;
	}
	dma_fence_signal_locked(job->done);
	spin_unlock_irqrestore(job->done->lock, flags);

	return true;
}
