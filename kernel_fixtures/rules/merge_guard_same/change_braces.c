// SPDX-License-Identifier: GPL-2.0-only
/*
 * The braced form, and a block around both that is left with one statement.
 *
 * Generation: both
 * Verdicts:
 *   moss_writeback_done:dma_fence_set_error#1 = convert [merge_guard_same]
 *   moss_writeback_done:dma_fence_signal#1 = convert [merge_guard_same]
 *   moss_job_complete:dma_fence_set_error#1 = convert [merge_guard_same]
 *   moss_job_complete:dma_fence_signal#1 = convert [merge_guard_same]
 */
#include <linux/dma-fence.h>

struct moss_job {
	struct dma_fence *out_fence;
	bool has_fence;
};

void moss_job_free(struct moss_job *job);

static void moss_writeback_done(struct moss_job *job, int status)
{
	struct dma_fence *out_fence = job->out_fence;

	if (out_fence) {
		if (status) {
			dma_fence_set_error(out_fence, status);
		}
		dma_fence_signal(out_fence);
		dma_fence_put(out_fence);
		job->out_fence = NULL;
	}
	moss_job_free(job);
}

static void moss_job_complete(struct moss_job *job, int status)
{
	if (job->has_fence) {
		if (status)
			dma_fence_set_error(job->out_fence, status);
		dma_fence_signal(job->out_fence);
	}
	moss_job_free(job);
}
