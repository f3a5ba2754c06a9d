// SPDX-License-Identifier: GPL-2.0-only
/*
 * A local that is compared below 0 and printed stays an int.
 *
 * Generation: int
 * Verdicts:
 *   lechwe_done:dma_fence_signal#1 = review [check_int_errno]
 */
#include <linux/dma-fence.h>

struct lechwe_job {
	struct device *dev;
	struct dma_fence done;
};

static void lechwe_done(struct lechwe_job *job)
{
	int ret;

	ret = dma_fence_signal(&job->done);
	if (ret < 0)
		dev_dbg(job->dev, "signal failed: %d\n", ret);
}
