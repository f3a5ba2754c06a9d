// SPDX-License-Identifier: GPL-2.0-only
/*
 * A timestamp function's result as a number: no check function takes a timestamp.
 *
 * Generation: int
 * Verdicts:
 *   topi_done:dma_fence_signal_timestamp#1 = manual [int_timestamp]
 *   topi_done_locked:dma_fence_signal_timestamp_locked#1 = manual [int_timestamp]
 */
#include <linux/dma-fence.h>

struct topi_job {
	struct dma_fence done;
};

static int topi_done(struct topi_job *job, ktime_t now)
{
	return dma_fence_signal_timestamp(&job->done, now);
}

static int topi_done_locked(struct topi_job *job, ktime_t now)
{
	return dma_fence_signal_timestamp_locked(&job->done, now) < 0 ? -EBUSY : 0;
}
