// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result is a whole argument or a whole right-hand side: no parentheses.
 *
 * Generation: int
 * Verdicts:
 *   bontebok_done:dma_fence_signal#1 = review [check_int_errno]
 *   bontebok_done:dma_fence_signal_locked#1 = review [check_int_errno]
 *   bontebok_done:dma_fence_signal#2 = review [check_int_errno]
 */
#include <linux/dma-fence.h>

struct bontebok_job {
	struct device *dev;
	struct dma_fence done;
	struct dma_fence idle;
	int status;
};

void bontebok_report(struct bontebok_job *job, int status);

static void bontebok_done(struct bontebok_job *job)
{
	bontebok_report(job, (dma_fence_check_and_signal(&job->done, 0) ? -EINVAL : 0));
	job->status = dma_fence_check_and_signal_locked(&job->idle, 0) ? -EINVAL : 0;
	dev_dbg(job->dev, "signal: %d\n",
		(dma_fence_check_and_signal(&job->idle, 0) ? -EINVAL : 0));
}
