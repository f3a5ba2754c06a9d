// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock protects a list as well: it stays, and only the pair is merged.
 *
 * Generation: void
 * Verdicts:
 *   chamois_done:dma_fence_set_error#1 = convert [merge_adjacent]
 *   chamois_done:dma_fence_signal_locked#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct chamois_job {
	struct list_head link;
	struct dma_fence base;
};

static bool chamois_done(struct chamois_job *job, int err)
{
	unsigned long flags;
	bool signaled;

	dma_fence_lock_irqsave(&job->base, flags);
	list_del_init(&job->link);
	signaled = dma_fence_test_signaled_flag(&job->base);
	if (!signaled)
		dma_fence_signal_locked(&job->base, err);
	dma_fence_unlock_irqrestore(&job->base, flags);

	return signaled;
}
