// SPDX-License-Identifier: GPL-2.0-only
/*
 * The comments stay: above the lock, inside it, and behind the signal.
 *
 * Generation: void
 * Verdicts:
 *   saiga_finish:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   saiga_abort:dma_fence_set_error#1 = convert [check_open_coded]
 *   saiga_abort:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct saiga_job {
	struct dma_fence *done;
	unsigned int aborts;
};

static bool saiga_finish(struct saiga_job *job)
{
	unsigned long flags;
	bool signaled;

	/* The reset worker may have been faster. */
	dma_fence_lock_irqsave(job->done, flags);
	signaled = dma_fence_test_signaled_flag(job->done);
	if (!signaled)
		dma_fence_signal_locked(job->done);
	dma_fence_unlock_irqrestore(job->done, flags);

	return signaled;
}

static bool saiga_abort(struct saiga_job *job)
{
	bool signaled;
	unsigned long flags;

	job->aborts++;
	dma_fence_lock_irqsave(job->done, flags);
	signaled = dma_fence_test_signaled_flag(job->done);
	if (!signaled) {
		/* Tells the client to submit again. */
		dma_fence_set_error(job->done, -EAGAIN);
		dma_fence_signal_locked(job->done);
	}
	dma_fence_unlock_irqrestore(job->done, flags);

	return signaled;
}
