// SPDX-License-Identifier: GPL-2.0-only
/*
 * The value is read anew for the error, and may be another one by then.
 *
 * Generation: both
 * Verdicts:
 *   smew_done:dma_fence_set_error#1 = manual [side_effect]
 *   smew_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct smew_job {
	struct dma_fence done;
};

int smew_poll(struct smew_job *job);

static void smew_done(struct smew_job *job)
{
	if (smew_poll(job) < 0)
		dma_fence_set_error(&job->done, smew_poll(job));
	dma_fence_signal(&job->done);
}
