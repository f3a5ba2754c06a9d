// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test is the one that asks the driver, too: that poll is lost.
 *
 * Generation: both
 * Verdicts:
 *   wisent_done:dma_fence_set_error#1 = review [check_open_coded]
 *   wisent_done:dma_fence_signal_locked#1 = review [check_open_coded]
 */
#include <linux/dma-fence.h>

struct wisent_job {
	struct dma_fence *done;
};

static bool wisent_done(struct wisent_job *job, int err)
{
	bool signaled;

	signaled = dma_fence_check_and_signal(job->done, err);

	return signaled;
}
