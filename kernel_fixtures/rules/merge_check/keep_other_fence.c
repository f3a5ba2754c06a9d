// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check is for another fence than the error.
 *
 * Generation: void
 * Verdicts:
 *   vole_done:dma_fence_set_error#1 = manual [residual_store]
 *   vole_done:dma_fence_check_and_signal#1 = convert [check_existing]
 */
#include <linux/dma-fence.h>

struct vole_job {
	struct device *dev;
	struct dma_fence hw_fence;
	struct dma_fence scheduled;
};

static void vole_done(struct vole_job *job)
{
	dma_fence_set_error(&job->hw_fence, -EIO);
	if (dma_fence_check_and_signal(&job->scheduled))
		dev_dbg(job->dev, "scheduled already\n");
}
