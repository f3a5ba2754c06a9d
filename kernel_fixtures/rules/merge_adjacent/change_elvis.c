// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ?: without a middle part stays as it was written.
 *
 * Generation: both
 * Verdicts:
 *   siskin_fail:dma_fence_set_error#1 = convert [merge_adjacent]
 *   siskin_fail:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static void siskin_fail(struct siskin_job *job, int err)
{
	dma_fence_set_error(&job->base, err ?: -EIO);
	dma_fence_signal(&job->base);
}
