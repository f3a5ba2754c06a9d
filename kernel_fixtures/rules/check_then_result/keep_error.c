// SPDX-License-Identifier: GPL-2.0-only
/*
 * The branch makes a call that may change what the error is.
 *
 * Generation: both
 * Verdicts:
 *   siskin_end:dma_fence_set_error#1 = convert [merge_adjacent]
 *   siskin_end:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


int siskin_last;
void siskin_reset(void);

static void siskin_end(struct siskin_job *job)
{
	if (dma_fence_is_signaled(&job->base))
		siskin_reset();
	dma_fence_set_error(&job->base, siskin_last);
	dma_fence_signal(&job->base);
}
