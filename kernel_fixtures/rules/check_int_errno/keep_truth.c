// SPDX-License-Identifier: GPL-2.0-only
/*
 * The errno that comes out is the driver's own: only the truth is used.
 *
 * Generation: int
 * Verdicts:
 *   duiker_done:dma_fence_signal_locked#1 = convert [check_int_truth]
 */
#include <linux/dma-fence.h>

struct duiker_job {
	struct dma_fence done;
};

static int duiker_done(struct duiker_job *job)
{
	if (dma_fence_signal_locked(&job->done))
		return -EALREADY;

	return 0;
}
