// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the body of a macro nothing is rewritten.
 *
 * Generation: void
 * Verdicts:
 *   -:dma_fence_check_and_signal#1 = manual [address_taken]
 */
#include <linux/dma-fence.h>

#define eland_signaled(job)	dma_fence_check_and_signal(&(job)->done)

struct eland_job {
	struct dma_fence done;
};

static bool eland_flush(struct eland_job *job)
{
	return eland_signaled(job);
}
