// SPDX-License-Identifier: GPL-2.0-only
/*
 * The comments stay: above the lock, inside it, and behind the signal.
 *
 * Generation: void
 * Verdicts:
 *   saiga_finish:dma_fence_signal_locked#1 = convert [check_open_coded]
 *   saiga_abort:dma_fence_set_error#1 = convert [check_open_coded]
 *   saiga_abort:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct saiga_job {
	struct dma_fence *done;
	unsigned int aborts;
};

static bool saiga_finish(struct saiga_job *job)
{
	bool signaled;

	/* The reset worker may have been faster. */
	signaled = dma_fence_check_and_signal(job->done, 0);

	return signaled;
}

static bool saiga_abort(struct saiga_job *job)
{
	bool signaled;

	job->aborts++;
	/* Tells the client to submit again. */
	signaled = dma_fence_check_and_signal(job->done, -EAGAIN);

	return signaled;
}
