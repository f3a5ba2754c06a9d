// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result is compared with a number: the parentheses keep the operands
 * apart.
 *
 * Generation: int
 * Verdicts:
 *   nilgai_done:dma_fence_signal#1 = review [check_int_errno]
 *   nilgai_done:dma_fence_signal_locked#1 = review [check_int_errno]
 *   nilgai_count:dma_fence_signal#1 = review [check_int_errno]
 */
#include <linux/dma-fence.h>

struct nilgai_job {
	struct device *dev;
	struct dma_fence done;
	struct dma_fence idle;
	int errors;
};

static void nilgai_done(struct nilgai_job *job)
{
	if (dma_fence_signal(&job->done) < 0)
		dev_dbg(job->dev, "done already\n");
	if (dma_fence_signal_locked(&job->idle) == -EINVAL)
		dev_dbg(job->dev, "idle already\n");
}

static void nilgai_count(struct nilgai_job *job)
{
	job->errors = job->errors + dma_fence_signal(&job->done);
}
