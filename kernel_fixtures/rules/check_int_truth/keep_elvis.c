// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ?: without a middle part passes on the number, and so does a local that
 * is passed on like that.
 *
 * Generation: int
 * Verdicts:
 *   siskin_end:dma_fence_signal#1 = review [check_int_errno]
 *   siskin_drop:dma_fence_signal_locked#1 = review [check_int_errno]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static int siskin_end(struct siskin_job *job)
{
	return dma_fence_signal(&job->base) ?: 5;
}

static int siskin_drop(struct siskin_job *job)
{
	int ret;

	ret = dma_fence_signal_locked(&job->base);
	return ret ?: 5;
}
