// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error comes from a call that is made only for a fence that is not
 * signaled yet: as an argument of the check it would always be made.
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


int siskin_pop(struct siskin_job *job);

static void siskin_end(struct siskin_job *job)
{
	if (!dma_fence_is_signaled(&job->base)) {
		dma_fence_set_error(&job->base, siskin_pop(job));
		dma_fence_signal(&job->base);
		job->state = 1;
	}
}
