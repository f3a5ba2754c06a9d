// SPDX-License-Identifier: GPL-2.0-only
/*
 * Constants that are no errors: a zero warned and cleared, and is to be seen
 * by a person before it does nothing; a positive one was a mistake.
 *
 * Generation: both
 * Verdicts:
 *   siskin_clear:dma_fence_set_error#1 = review [merge_adjacent]
 *   siskin_clear:dma_fence_signal#1 = review [merge_adjacent]
 *   siskin_maybe:dma_fence_set_error#1 = review [merge_adjacent]
 *   siskin_maybe:dma_fence_signal#1 = review [merge_adjacent]
 *   siskin_sign:dma_fence_set_error#1 = review [merge_adjacent]
 *   siskin_sign:dma_fence_signal#1 = review [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static void siskin_clear(struct siskin_job *job)
{
	dma_fence_signal(&job->base, 0);
}

static void siskin_maybe(struct siskin_job *job, bool late)
{
	dma_fence_signal(&job->base, late ? -ETIME : 0);
}

static void siskin_sign(struct siskin_job *job)
{
	dma_fence_signal(&job->base, EIO);
}
