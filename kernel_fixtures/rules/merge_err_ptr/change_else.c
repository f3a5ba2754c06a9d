// SPDX-License-Identifier: GPL-2.0-only
/*
 * In an else branch: the braces of both branches go once each holds a single
 * statement.
 *
 * Generation: both
 * Verdicts:
 *   siskin_finish:dma_fence_set_error#1 = convert [merge_err_ptr]
 *   siskin_finish:dma_fence_signal#1 = convert [merge_err_ptr]
 */
#include <linux/dma-fence.h>

#include <linux/err.h>

struct siskin_map;

struct siskin_job {
	struct dma_fence done;
	struct siskin_map *map;
	bool later;
};

void siskin_queue(struct siskin_job *job);

static void siskin_finish(struct siskin_job *job)
{
	if (job->later) {
		siskin_queue(job);
	} else {
		if (IS_ERR(job->map))
			dma_fence_set_error(&job->done, PTR_ERR(job->map));
		dma_fence_signal(&job->done);
	}
}
