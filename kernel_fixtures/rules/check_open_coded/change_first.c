// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local says that this is the first to signal, the opposite of the test.
 *
 * Generation: void
 * Verdicts:
 *   urial_finish:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct urial_job {
	struct dma_fence *done;
	int signals;
};

static void urial_finish(struct urial_job *job)
{
	unsigned long flags;
	bool first;

	dma_fence_lock_irqsave(job->done, flags);
	first = !dma_fence_test_signaled_flag(job->done);
	if (first)
		dma_fence_signal_locked(job->done);
	dma_fence_unlock_irqrestore(job->done, flags);

	if (first)
		job->signals++;
}
