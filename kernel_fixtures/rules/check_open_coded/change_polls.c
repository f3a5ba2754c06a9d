// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test is the one that asks the driver, too: that poll is lost.
 *
 * Generation: both
 * Verdicts:
 *   wisent_done:dma_fence_set_error#1 = review [check_open_coded]
 *   wisent_done:dma_fence_signal_locked#1 = review [check_open_coded]
 */
#include <linux/dma-fence.h>

struct wisent_job {
	struct dma_fence *done;
};

static bool wisent_done(struct wisent_job *job, int err)
{
	bool signaled;
	unsigned long flags;

	spin_lock_irqsave(job->done->lock, flags);
	signaled = dma_fence_is_signaled_locked(job->done);
	if (!signaled) {
		dma_fence_set_error(job->done, err);
		dma_fence_signal_locked(job->done);
	}
	spin_unlock_irqrestore(job->done->lock, flags);

	return signaled;
}
