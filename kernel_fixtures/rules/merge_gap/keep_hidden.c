// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands between has to do with the fence or the error, by another name
 * or unseen; up() releases a semaphore.
 *
 * Generation: both
 * Verdicts:
 *   siskin_global:dma_fence_set_error#1 = manual [residual_gap]
 *   siskin_global:dma_fence_signal#1 = review [plain_carried]
 *   siskin_semaphore:dma_fence_set_error#1 = manual [residual_gap]
 *   siskin_semaphore:dma_fence_signal#1 = review [plain_carried]
 *   siskin_alias:dma_fence_set_error#1 = manual [residual_gap]
 *   siskin_alias:dma_fence_signal#1 = review [plain_carried]
 *   siskin_holder:dma_fence_set_error#1 = manual [residual_gap]
 *   siskin_holder:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct siskin_job {
	struct dma_fence base;
	struct dma_fence *done;
	int err;
	int state;
};


static int siskin_last;
void siskin_reset(void);
void siskin_kick(struct dma_fence *fence);
void siskin_note(struct siskin_job *job);

static void siskin_global(struct siskin_job *job)
{
	dma_fence_set_error(&job->base, siskin_last);
	siskin_reset();
	dma_fence_signal(&job->base);
}

static void siskin_semaphore(struct siskin_job *job, struct semaphore *sem)
{
	dma_fence_set_error(&job->base, -EIO);
	up(sem);
	dma_fence_signal(&job->base);
}

static void siskin_alias(struct siskin_job *job)
{
	struct dma_fence *f = &job->base;
	struct dma_fence *same = f;

	dma_fence_set_error(f, -EIO);
	siskin_kick(same);
	dma_fence_signal(f);
}

static void siskin_holder(struct siskin_job *job)
{
	struct dma_fence *f = &job->base;

	dma_fence_set_error(f, -EIO);
	siskin_note(job);
	dma_fence_signal(f);
}
