// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is no local: the lock may be what protects it.
 *
 * Generation: both
 * Verdicts:
 *   siskin_end:dma_fence_set_error#1 = convert [merge_adjacent]
 *   siskin_end:dma_fence_signal_locked#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static int siskin_last;

static void siskin_end(struct siskin_job *job)
{
	unsigned long flags;

	spin_lock_irqsave(job->base.lock, flags);
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &job->base.flags))
		dma_fence_signal_locked(&job->base, siskin_last);
	spin_unlock_irqrestore(job->base.lock, flags);
}
