// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error is taken from a queue: it would be read once instead of twice.
 *
 * Generation: void
 * Verdicts:
 *   serin_end:dma_fence_set_error#1 = manual [side_effect]
 *   serin_end:dma_fence_check_and_signal#1 = review [check_existing]
 */
#include <linux/dma-fence.h>

struct serin_job {
	struct dma_fence base;
};

int serin_next_error(struct serin_job *job);

static bool serin_end(struct serin_job *job)
{
	if (serin_next_error(job))
		dma_fence_set_error(&job->base, serin_next_error(job));
	return dma_fence_check_and_signal(&job->base);
}
