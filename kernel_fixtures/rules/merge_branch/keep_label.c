// SPDX-License-Identifier: GPL-2.0-only
/*
 * A jump reaches the signal without either error, and would pass one of them.
 *
 * Generation: both
 * Verdicts:
 *   auk_done:dma_fence_set_error#1 = manual [residual_gap]
 *   auk_done:dma_fence_set_error#2 = manual [residual_gap]
 *   auk_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct auk_job {
	struct dma_fence done;
	bool ok;
	bool guilty;
};

static void auk_done(struct auk_job *job)
{
	if (job->ok)
		goto signal;

	if (job->guilty)
		dma_fence_set_error(&job->done, -ETIME);
	else
		dma_fence_set_error(&job->done, -ECANCELED);
signal:
	dma_fence_signal(&job->done);
}
