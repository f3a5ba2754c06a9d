// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test counts, assigns or calls: in an argument its place among the other
 * arguments is not defined.
 *
 * Generation: both
 * Verdicts:
 *   godwit_done:dma_fence_set_error#1 = manual [side_effect]
 *   godwit_done:dma_fence_signal#1 = review [plain_carried]
 *   godwit_idle:dma_fence_set_error#1 = manual [side_effect]
 *   godwit_idle:dma_fence_signal#1 = review [plain_carried]
 *   godwit_free:dma_fence_set_error#1 = manual [side_effect]
 *   godwit_free:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct godwit_job {
	struct dma_fence done_fence;
	struct dma_fence idle_fence;
	struct dma_fence free_fence;
	atomic_t users;
	int credits;
	int faults;
};

static void godwit_done(struct godwit_job *job)
{
	if (--job->credits < 0)
		dma_fence_set_error(&job->done_fence, -ENOSPC);
	dma_fence_signal(&job->done_fence, 0);
}

static void godwit_idle(struct godwit_job *job)
{
	int pending;

	if ((pending = job->faults) > 1)
		dma_fence_set_error(&job->idle_fence, -EFAULT);
	dma_fence_signal(&job->idle_fence, 0);
}

static void godwit_free(struct godwit_job *job)
{
	if (!atomic_dec_and_test(&job->users))
		dma_fence_set_error(&job->free_fence, -EBUSY);
	dma_fence_signal(&job->free_fence, 0);
}
