// SPDX-License-Identifier: GPL-2.0-only
/*
 * A message for the late ones.
 *
 * Generation: both
 * Verdicts:
 *   gavial_finish:dma_fence_signal#1 = review [check_then_result]
 */
#include <linux/dma-fence.h>

struct gavial_job {
	struct device *dev;
	struct dma_fence *done;
};

static void gavial_finish(struct gavial_job *job)
{
	if (dma_fence_check_and_signal(job->done, 0))
		dev_dbg(job->dev, "finished already\n");
	dma_fence_put(job->done);
}
