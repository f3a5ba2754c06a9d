// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test exists in one configuration only.
 *
 * Generation: both
 * Verdicts:
 *   crake_done:dma_fence_set_error#1 = manual [residual_gap]
 *   crake_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct crake_job {
	struct dma_fence done;
	bool hung;
};

static void crake_done(struct crake_job *job)
{
#ifdef CONFIG_CRAKE_HANGCHECK
	if (job->hung)
		dma_fence_set_error(&job->done, -ETIME);
#endif
	dma_fence_signal(&job->done, 0);
}
