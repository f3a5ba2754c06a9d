// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line of more than 80 columns and no more than 100 is not broken.
 *
 * Generation: both
 * Verdicts:
 *   petrel_submission_timeout:dma_fence_set_error#1 = convert [merge_branch]
 *   petrel_submission_timeout:dma_fence_set_error#2 = convert [merge_branch]
 *   petrel_submission_timeout:dma_fence_signal#1 = convert [merge_branch]
 */
#include <linux/dma-fence.h>

struct petrel_submission {
	struct dma_fence *completion;
	bool guilty;
};

static void petrel_submission_timeout(struct petrel_submission *submission)
{
	/* Innocent contexts may submit again. */
	dma_fence_signal(submission->completion, submission->guilty ? -ETIMEDOUT : -ECANCELED);
}
