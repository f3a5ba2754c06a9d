// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands between reads the error, which must be stored by then.
 *
 * Generation: both
 * Verdicts:
 *   redstart_fail:dma_fence_set_error#1 = manual [residual_read]
 *   redstart_fail:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct redstart_job {
	struct dma_fence done;
};

static void redstart_fail(struct redstart_job *job, int *status)
{
	dma_fence_set_error(&job->done, -EIO);
	*status = job->done.error;
	dma_fence_signal(&job->done);
}
