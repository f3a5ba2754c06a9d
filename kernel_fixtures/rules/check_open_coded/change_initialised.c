// SPDX-License-Identifier: GPL-2.0-only
/*
 * Variables that were set to something first: the flags go all the same.
 *
 * Generation: void
 * Verdicts:
 *   siskin_end:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static bool siskin_end(struct siskin_job *job)
{
	unsigned long flags = 0;
	bool was = false;

	dma_fence_lock_irqsave(&job->base, flags);
	was = dma_fence_test_signaled_flag(&job->base);
	if (!was)
		dma_fence_signal_locked(&job->base);
	dma_fence_unlock_irqrestore(&job->base, flags);

	return was;
}
