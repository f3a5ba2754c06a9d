// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is stored only when there is one: the check drops a zero.
 *
 * Generation: void
 * Verdicts:
 *   siskin_end:dma_fence_set_error#1 = convert [merge_check]
 *   siskin_end:dma_fence_check_and_signal#1 = convert [merge_check]
 *   siskin_count:dma_fence_set_error#1 = convert [merge_check]
 *   siskin_count:dma_fence_check_and_signal_locked#1 = convert [merge_check]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static bool siskin_end(struct siskin_job *job, int err)
{
	return dma_fence_check_and_signal(&job->base, err);
}

static void siskin_count(struct siskin_job *job, int *late)
{
	if (dma_fence_check_and_signal_locked(&job->base, job->err))
		(*late)++;
}
