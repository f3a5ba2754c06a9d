// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaves early where the fence is signaled, and unlocks nothing: the lock is the caller's.
 *
 * Generation: void
 * Verdicts:
 *   tahr_done:dma_fence_signal_locked#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct tahr_job {
	struct dma_fence *done;
	unsigned int completed;
};

static void tahr_done(struct tahr_job *job)
{
	if (dma_fence_test_signaled_flag(job->done)) {
		job->completed++;
		return;
	}
	dma_fence_signal_locked(job->done, 0);
}
