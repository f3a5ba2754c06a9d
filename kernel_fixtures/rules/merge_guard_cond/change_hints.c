// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hint for the compiler or a comparison with 0 is a part of the test and
 * moves with it; the braces around what becomes one statement go.
 *
 * Generation: both
 * Verdicts:
 *   curlew_done:dma_fence_set_error#1 = convert [merge_guard_cond]
 *   curlew_done:dma_fence_signal#1 = convert [merge_guard_cond]
 *   curlew_idle:dma_fence_set_error#1 = convert [merge_guard_cond]
 *   curlew_idle:dma_fence_signal#1 = convert [merge_guard_cond]
 *   curlew_free:dma_fence_set_error#1 = convert [merge_guard_cond]
 *   curlew_free:dma_fence_signal#1 = convert [merge_guard_cond]
 */
#include <linux/dma-fence.h>

struct curlew_job {
	struct dma_fence done;
	struct dma_fence idle;
	unsigned int faults;
	int credits;
	bool hung;
	bool linked;
};

static void curlew_done(struct curlew_job *job)
{
	if (unlikely(job->hung))
		dma_fence_set_error(&job->done, -ETIME);
	dma_fence_signal(&job->done);
}

static void curlew_idle(struct curlew_job *job)
{
	if (job->faults != 0)
		dma_fence_set_error(&job->idle, -EFAULT);
	dma_fence_signal(&job->idle);
}

static void curlew_free(struct curlew_job *job)
{
	if (job->linked) {
		if (0 > job->credits)
			dma_fence_set_error(&job->done, -ENOSPC);
		dma_fence_signal(&job->done);
	}
}
