// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scheduler
 */

#include <linux/module.h>

#include <drm/gpu_scheduler.h>

/* A process went away: what it left in the queues is not run. */
void drm_sched_job_kill(struct drm_sched_job *job)
{
	struct drm_sched_fence *s_fence = job->s_fence;

	drm_sched_fence_scheduled(s_fence);
	dma_fence_set_error(&s_fence->finished, -ESRCH);
	drm_sched_fence_finished(s_fence, 0);
}
EXPORT_SYMBOL(drm_sched_job_kill);

/**
 * drm_sched_increase_karma - note whose job hangs
 * @bad: the job
 *
 * The error is seen when the job's fence is signalled.
 */
void drm_sched_increase_karma(struct drm_sched_job *bad)
{
	struct drm_sched_job *job;

	spin_lock(&bad->sched->job_list_lock);
	list_for_each_entry(job, &bad->sched->pending_list, list) {
		if (job->karma++ > 3)
			dma_fence_set_error(&job->s_fence->finished, -ECANCELED);
	}
	spin_unlock(&bad->sched->job_list_lock);
}
EXPORT_SYMBOL(drm_sched_increase_karma);
