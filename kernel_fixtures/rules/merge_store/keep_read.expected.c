// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is read, not written: no site.
 *
 * Generation: both
 * Verdicts:
 *   alder_report:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct alder_job {
	struct device *dev;
	struct dma_fence done;
	int error;
};

static void alder_report(struct alder_job *job)
{
	job->error = job->done.error;
	if (job->done.error == -ECANCELED)
		dev_dbg(job->dev, "canceled\n");
	dma_fence_signal(&job->done, 0);
}
