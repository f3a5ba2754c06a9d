// SPDX-License-Identifier: GPL-2.0-only
/*
 * Something is called before the check, and may change the error first.
 *
 * Generation: void
 * Verdicts:
 *   siskin_end:dma_fence_set_error#1 = manual [side_effect]
 *   siskin_end:dma_fence_check_and_signal#1 = review [check_existing]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


bool siskin_prepare(struct siskin_job *job);

static bool siskin_end(struct siskin_job *job)
{
	dma_fence_set_error(job->done, job->err);
	return siskin_prepare(job) | dma_fence_check_and_signal(job->done, 0);
}
