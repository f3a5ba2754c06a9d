// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scheduler without hardware
 */

#include <kunit/test.h>

#include <drm/gpu_scheduler.h>

struct drm_mock_scheduler {
	struct drm_gpu_scheduler base;
	spinlock_t lock;
	struct list_head job_list;
	unsigned int completed;
};

struct drm_mock_sched_job {
	struct dma_fence hw_fence;
	struct list_head link;
};

void drm_mock_sched_complete_all(struct drm_mock_scheduler *sched)
{
	struct drm_mock_sched_job *job, *next;
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	list_for_each_entry_safe(job, next, &sched->job_list, link) {
		list_del(&job->link);
		dma_fence_signal_locked(&job->hw_fence);
		sched->completed++;
	}
	spin_unlock_irqrestore(&sched->lock, flags);
}

/* The list is under the same lock as the fences. */
void drm_mock_sched_cancel_all(struct drm_mock_scheduler *sched)
{
	struct drm_mock_sched_job *job, *next;
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	list_for_each_entry_safe(job, next, &sched->job_list, link) {
		list_del(&job->link);
		if (!dma_fence_is_signaled_locked(&job->hw_fence)) {
			dma_fence_set_error(&job->hw_fence, -ECANCELED);
			dma_fence_signal_locked(&job->hw_fence);
		}
	}
	spin_unlock_irqrestore(&sched->lock, flags);
}

void drm_mock_test_basic(struct kunit *test, struct drm_mock_sched_job *job)
{
	KUNIT_EXPECT_FALSE(test, dma_fence_check_and_signal(&job->hw_fence));
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(&job->hw_fence));
}
