// SPDX-License-Identifier: GPL-2.0-only
/*
 * In front of a comma nobody uses the result.
 *
 * Generation: int
 * Verdicts:
 *   siskin_end:dma_fence_signal#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static void siskin_end(struct siskin_job *job)
{
	dma_fence_signal(&job->base, 0), job->state = 1;
}
