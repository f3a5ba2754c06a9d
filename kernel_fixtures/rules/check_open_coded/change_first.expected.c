// SPDX-License-Identifier: GPL-2.0-only
/*
 * The local says that this is the first to signal, the opposite of the test.
 *
 * Generation: void
 * Verdicts:
 *   urial_finish:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct urial_job {
	struct dma_fence *done;
	int signals;
};

static void urial_finish(struct urial_job *job)
{
	bool first;

	first = !dma_fence_check_and_signal(job->done, 0);

	if (first)
		job->signals++;
}
