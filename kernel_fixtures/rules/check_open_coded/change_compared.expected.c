// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result of the test is compared with zero instead of negated.
 *
 * Generation: void
 * Verdicts:
 *   ibex_finish:dma_fence_signal_locked#1 = convert [check_open_coded]
 */
#include <linux/dma-fence.h>

struct ibex_job {
	struct dma_fence *done;
	int late;
};

static void ibex_finish(struct ibex_job *job)
{
	bool was;

	was = dma_fence_check_and_signal(job->done, 0);

	if (was)
		job->late++;
}
