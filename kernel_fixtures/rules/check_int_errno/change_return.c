// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result is returned: the callers go on getting an errno.
 *
 * Generation: int
 * Verdicts:
 *   bushbuck_signal:dma_fence_signal#1 = review [check_int_errno]
 *   bushbuck_signal_locked:dma_fence_signal_locked#1 = review [check_int_errno]
 *   bushbuck_finish:dma_fence_signal#1 = review [check_int_errno]
 */
#include <linux/dma-fence.h>

struct bushbuck_job {
	struct dma_fence done;
	unsigned int finished;
};

static int bushbuck_signal(struct bushbuck_job *job)
{
	return dma_fence_signal(&job->done);
}

static int bushbuck_signal_locked(struct bushbuck_job *job)
{
	if (!job->finished)
		return -ENODATA;

	return dma_fence_signal_locked(&job->done); /* or -EINVAL */
}

static int bushbuck_finish(struct bushbuck_job *job)
{
	int ret = dma_fence_signal(&job->done);

	job->finished++;

	return ret;
}
