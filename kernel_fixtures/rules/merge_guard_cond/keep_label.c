// SPDX-License-Identifier: GPL-2.0-only
/*
 * The signal has a label: a jump reaches it without the test.
 *
 * Generation: both
 * Verdicts:
 *   avocet_done:dma_fence_set_error#1 = manual [residual_gap]
 *   avocet_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct avocet_job {
	struct dma_fence done;
	bool started;
	bool hung;
};

static void avocet_done(struct avocet_job *job)
{
	if (!job->started)
		goto out_signal;

	if (job->hung)
		dma_fence_set_error(&job->done, -ETIME);
out_signal:
	dma_fence_signal(&job->done);
}
