// SPDX-License-Identifier: GPL-2.0-only
/*
 * One function stores the error, another one signals: the signal keeps what was
 * stored, and a person may prefer to pass it.
 *
 * Generation: both
 * Verdicts:
 *   ocelot_job_timedout:dma_fence_set_error#1 = manual [residual_store]
 *   ocelot_job_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct ocelot_job {
	struct dma_fence *done_fence;
	bool hung;
};

static void ocelot_job_timedout(struct ocelot_job *job)
{
	job->hung = true;
	dma_fence_set_error(job->done_fence, -ETIMEDOUT);
}

static void ocelot_job_done(struct ocelot_job *job)
{
	dma_fence_signal(job->done_fence, 0);
	dma_fence_put(job->done_fence);
}
