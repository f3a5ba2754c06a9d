// SPDX-License-Identifier: GPL-2.0-only
/*
 * An existing check gets the error that means none.
 *
 * Generation: void
 * Verdicts:
 *   tapir_done:dma_fence_check_and_signal#1 = convert [check_existing]
 *   tapir_done:dma_fence_check_and_signal_locked#1 = convert [check_existing]
 *   tapir_kill:dma_fence_check_and_signal#1 = convert [check_existing]
 *   tapir_kill:dma_fence_check_and_signal_locked#1 = convert [check_existing]
 */
#include <linux/dma-fence.h>

struct tapir_job {
	struct device *dev;
	spinlock_t lock;
	struct dma_fence done;
	struct dma_fence idle;
};

static void tapir_done(struct tapir_job *job)
{
	if (dma_fence_check_and_signal(&job->done))
		dev_dbg(job->dev, "done already\n");

	spin_lock(&job->lock);
	if (!dma_fence_check_and_signal_locked(&job->idle))
		dma_fence_put(&job->idle);
	spin_unlock(&job->lock);
}

static void tapir_kill(struct tapir_job *job)
{
	WARN_ON(dma_fence_check_and_signal(&job->done));
	WARN_ON_ONCE(dma_fence_check_and_signal_locked(&job->idle));
}
