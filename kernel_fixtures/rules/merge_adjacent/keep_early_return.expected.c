// SPDX-License-Identifier: GPL-2.0-only
/*
 * Some jobs leave with the error stored and the fence not signaled: there the
 * error would be lost.
 *
 * Generation: both
 * Verdicts:
 *   plover_job_abort:dma_fence_set_error#1 = manual [residual_gap]
 *   plover_job_abort:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct plover_job {
	struct dma_fence *done_fence;
	bool on_hardware;
};

static void plover_job_abort(struct plover_job *job)
{
	dma_fence_set_error(job->done_fence, -ECANCELED);
	if (job->on_hardware)
		return;
	dma_fence_signal(job->done_fence, 0);
}
