// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the body of a macro nothing is rewritten.
 *
 * Generation: int
 * Verdicts:
 *   -:dma_fence_signal#1 = manual [address_taken]
 */
#include <linux/dma-fence.h>

#define dik_dik_signal(job)	dma_fence_signal(&(job)->done)

struct dik_dik_job {
	struct dma_fence done;
};

static int dik_dik_flush(struct dik_dik_job *job)
{
	return dik_dik_signal(job);
}
