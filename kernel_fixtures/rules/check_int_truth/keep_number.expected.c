// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local holds other errors as well, and is returned: it stays a number.
 *
 * Generation: int
 * Verdicts:
 *   sitatunga_flush:dma_fence_signal#1 = review [check_int_errno]
 */
#include <linux/dma-fence.h>

struct sitatunga_job {
	struct dma_fence done;
};

int sitatunga_wait(struct sitatunga_job *job);

static int sitatunga_flush(struct sitatunga_job *job)
{
	int ret;

	ret = sitatunga_wait(job);
	if (ret)
		return ret;

	ret = dma_fence_check_and_signal(&job->done, 0) ? -EINVAL : 0;
	if (ret)
		dma_fence_put(&job->done);

	return ret;
}
