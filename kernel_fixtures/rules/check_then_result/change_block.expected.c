// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several statements in braces, which stay.
 *
 * Generation: both
 * Verdicts:
 *   mugger_finish:dma_fence_signal#1 = review [check_then_result]
 */
#include <linux/dma-fence.h>

struct mugger_job {
	struct device *dev;
	struct dma_fence *done;
	unsigned int late;
};

static void mugger_finish(struct mugger_job *job)
{
	if (dma_fence_check_and_signal(job->done, 0)) {
		job->late++;
		dev_dbg(job->dev, "finished already\n");
	}
}
