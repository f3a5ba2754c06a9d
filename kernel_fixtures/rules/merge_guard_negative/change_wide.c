// SPDX-License-Identifier: GPL-2.0-only
/*
 * min() refuses to compare a long or an ssize_t with an int: the test is
 * written out.
 *
 * Generation: both
 * Verdicts:
 *   coot_done:dma_fence_set_error#1 = review [merge_guard_negative]
 *   coot_done:dma_fence_signal#1 = review [merge_guard_negative]
 *   coot_idle:dma_fence_set_error#1 = review [merge_guard_negative]
 *   coot_idle:dma_fence_signal#1 = review [merge_guard_negative]
 *   coot_free:dma_fence_set_error#1 = review [merge_guard_negative]
 *   coot_free:dma_fence_signal_locked#1 = review [merge_guard_negative]
 */
#include <linux/dma-fence.h>

struct coot_job {
	struct dma_fence done;
	struct dma_fence idle;
	long left;
};

static void coot_done(struct coot_job *job, ssize_t copied)
{
	if (copied < 0)
		dma_fence_set_error(&job->done, copied);
	dma_fence_signal(&job->done);
}

static void coot_idle(struct coot_job *job)
{
	if (job->left < 0)
		dma_fence_set_error(&job->idle, job->left);
	dma_fence_signal(&job->idle);
}

static void coot_free(struct coot_job *job, s64 value)
{
	if (unlikely(value < 0))
		dma_fence_set_error(&job->done, value);
	dma_fence_signal_locked(&job->done);
}
