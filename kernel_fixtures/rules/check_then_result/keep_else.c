// SPDX-License-Identifier: GPL-2.0-only
/*
 * The else branch would come after the signal instead of before it.
 *
 * Generation: both
 * Verdicts:
 *   basilisk_finish:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct basilisk_job {
	struct dma_fence *done;
	unsigned int late;
	unsigned int early;
};

static void basilisk_finish(struct basilisk_job *job)
{
	if (dma_fence_is_signaled(job->done))
		job->late++;
	else
		job->early++;
	dma_fence_signal(job->done);
}
