// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timestamp comes from a call that may change the error, or what a call
 * finds as the error: as arguments of one call, who is to say which is first?
 * The clock has no say in errors.
 *
 * Generation: both
 * Verdicts:
 *   siskin_call:dma_fence_set_error#1 = manual [side_effect]
 *   siskin_call:dma_fence_signal_timestamp#1 = review [plain_carried]
 *   siskin_member:dma_fence_set_error#1 = manual [side_effect]
 *   siskin_member:dma_fence_signal_timestamp_locked#1 = review [plain_carried]
 *   siskin_clock:dma_fence_set_error#1 = convert [merge_adjacent]
 *   siskin_clock:dma_fence_signal_timestamp#1 = convert [merge_adjacent]
 *   siskin_local:dma_fence_set_error#1 = convert [merge_adjacent]
 *   siskin_local:dma_fence_signal_timestamp#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


int siskin_read(struct siskin_job *job);
ktime_t siskin_stop(struct siskin_job *job);

static void siskin_call(struct siskin_job *job)
{
	dma_fence_set_error(&job->base, siskin_read(job));
	dma_fence_signal_timestamp(&job->base, siskin_stop(job), 0);
}

static void siskin_member(struct siskin_job *job)
{
	dma_fence_set_error(&job->base, job->err);
	dma_fence_signal_timestamp_locked(&job->base, siskin_stop(job), 0);
}

static void siskin_clock(struct siskin_job *job)
{
	dma_fence_signal_timestamp(&job->base, ktime_get(), job->err);
}

static void siskin_local(struct siskin_job *job, int err)
{
	dma_fence_signal_timestamp(&job->base, siskin_stop(job), err);
}
