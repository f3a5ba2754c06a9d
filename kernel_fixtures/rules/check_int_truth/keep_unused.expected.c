// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nobody uses the result: a signal like any other.
 *
 * Generation: int
 * Verdicts:
 *   oryx_done:dma_fence_signal#1 = convert [plain]
 *   oryx_done:dma_fence_signal_locked#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct oryx_job {
	struct dma_fence done;
	struct dma_fence idle;
};

static void oryx_done(struct oryx_job *job)
{
	dma_fence_signal(&job->done, 0);
	dma_fence_signal_locked(&job->idle, 0);
}
