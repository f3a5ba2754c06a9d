// SPDX-License-Identifier: GPL-2.0-only
/*
 * An error pointer's error is stored, or nothing: the kernel has a helper for
 * just that.
 *
 * Generation: both
 * Verdicts:
 *   puffin_done:dma_fence_set_error#1 = convert [merge_err_ptr]
 *   puffin_done:dma_fence_signal#1 = convert [merge_err_ptr]
 *   puffin_locked:dma_fence_set_error#1 = convert [merge_err_ptr]
 *   puffin_locked:dma_fence_signal_locked#1 = convert [merge_err_ptr]
 *   puffin_stamp:dma_fence_set_error#1 = convert [merge_err_ptr]
 *   puffin_stamp:dma_fence_signal_timestamp#1 = convert [merge_err_ptr]
 *   puffin_stamp:dma_fence_set_error#2 = convert [merge_err_ptr]
 *   puffin_stamp:dma_fence_signal_timestamp_locked#1 = convert [merge_err_ptr]
 */
#include <linux/dma-fence.h>

#include <linux/err.h>

struct puffin_bo;

struct puffin_job {
	struct dma_fence done;
	struct dma_fence idle;
	struct puffin_bo *bo;
};

struct puffin_bo *puffin_bo_lookup(struct puffin_job *job);

static void puffin_done(struct puffin_job *job)
{
	struct puffin_bo *bo = puffin_bo_lookup(job);

	if (IS_ERR(bo))
		dma_fence_set_error(&job->done, PTR_ERR(bo));
	dma_fence_signal(&job->done);
}

static void puffin_locked(struct puffin_job *job)
{
	if (unlikely(IS_ERR(job->bo))) {
		dma_fence_set_error(&job->done, PTR_ERR(job->bo));
	}
	dma_fence_signal_locked(&job->done);
}

static void puffin_stamp(struct puffin_job *job, ktime_t now)
{
	if (IS_ERR(job->bo))
		dma_fence_set_error(&job->done, PTR_ERR(job->bo));

	dma_fence_signal_timestamp(&job->done, now);

	if (IS_ERR(job->bo))
		dma_fence_set_error(&job->idle, PTR_ERR(job->bo));
	dma_fence_signal_timestamp_locked(&job->idle, now);
}
