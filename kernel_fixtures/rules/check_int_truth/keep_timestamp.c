// SPDX-License-Identifier: GPL-2.0-only
/*
 * There is no check function that takes a timestamp.
 *
 * Generation: int
 * Verdicts:
 *   addax_done:dma_fence_signal_timestamp#1 = manual [int_timestamp]
 *   addax_done:dma_fence_signal_timestamp_locked#1 = manual [int_timestamp]
 */
#include <linux/dma-fence.h>

struct addax_job {
	struct device *dev;
	struct dma_fence done;
	struct dma_fence idle;
};

static void addax_done(struct addax_job *job, ktime_t now)
{
	int ret;

	if (dma_fence_signal_timestamp(&job->done, now))
		dev_dbg(job->dev, "done already\n");

	ret = dma_fence_signal_timestamp_locked(&job->idle, now);
	if (ret)
		dev_dbg(job->dev, "idle already\n");
}
