// SPDX-License-Identifier: GPL-2.0-only
/*
 * A macro body is nobody's statement: both uses are for a person.
 *
 * Generation: both
 * Verdicts:
 *   -:dma_fence_set_error#1 = manual [address_taken]
 *   -:dma_fence_signal#1 = manual [address_taken]
 */
#include <linux/dma-fence.h>

#define FINCH_FAIL(f, err)				\
	do {						\
		dma_fence_set_error(f, err);		\
		dma_fence_signal(f);			\
	} while (0)

struct finch_job {
	struct dma_fence *done_fence;
};

static void finch_job_fail(struct finch_job *job)
{
	FINCH_FAIL(job->done_fence, -EIO);
}
