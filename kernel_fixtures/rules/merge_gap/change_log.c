// SPDX-License-Identifier: GPL-2.0-only
/*
 * A message between the two; the error is a local whose address nobody has.
 *
 * Generation: both
 * Verdicts:
 *   bunting_fail:dma_fence_set_error#1 = review [merge_gap]
 *   bunting_fail:dma_fence_signal_timestamp#1 = review [merge_gap]
 */
#include <linux/dma-fence.h>

struct bunting_job {
	struct dma_fence done;
};

static void bunting_fail(struct bunting_job *job, struct device *dev, int err)
{
	ktime_t now = ktime_get();

	dma_fence_set_error(&job->done, err);
	dev_err(dev, "job failed: %d\n", err);
	dma_fence_signal_timestamp(&job->done, now);
}
