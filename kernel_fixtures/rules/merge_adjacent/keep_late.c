// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error comes after the signal, where it is too late already: what was
 * meant is for a person.
 *
 * Generation: both
 * Verdicts:
 *   heron_job_stop:dma_fence_signal#1 = review [plain_carried]
 *   heron_job_stop:dma_fence_set_error#1 = manual [residual_late]
 */
#include <linux/dma-fence.h>

struct heron_job {
	struct dma_fence *done_fence;
};

static void heron_job_stop(struct heron_job *job)
{
	dma_fence_signal(job->done_fence);
	dma_fence_set_error(job->done_fence, -ECANCELED);
}
