// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result of the test is compared with zero instead of negated.
 *
 * Generation: void
 * Verdicts:
 *   ibex_finish:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct ibex_job {
	struct dma_fence *done;
	int late;
};

static void ibex_finish(struct ibex_job *job)
{
	unsigned long flags;
	bool was;

	dma_fence_lock_irqsave(job->done, flags);
	was = dma_fence_test_signaled_flag(job->done);
	if (was == 0)
		dma_fence_signal_locked(job->done);
	dma_fence_unlock_irqrestore(job->done, flags);

	if (was)
		job->late++;
}
