// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs
 */

#include <drm/gpu_scheduler.h>

#include "amdgpu_fence.h"

/* Whatever the entity has queued is not going to run. */
void amdgpu_job_stop_all(struct drm_gpu_scheduler *sched)
{
	struct drm_sched_job *s_job;

	list_for_each_entry(s_job, &sched->pending_list, list) {
		struct drm_sched_fence *s_fence = s_job->s_fence;

		dma_fence_signal(&s_fence->scheduled);
		dma_fence_set_error(&s_fence->finished, -EHWPOISON);
		dma_fence_signal(&s_fence->finished);
	}
}

/* The job's own fence, by another name */
void amdgpu_job_abort(struct drm_sched_job *job)
{
	struct dma_fence *finished = &job->s_fence->finished;

	dma_fence_set_error(finished, -ECANCELED);
	dma_fence_signal(&job->s_fence->finished);
}

void amdgpu_job_core_dump(struct drm_sched_job *job, struct amdgpu_ring *ring)
{
	dma_fence_set_error(&job->s_fence->finished, -ETIME);
	amdgpu_fence_driver_set_error(ring, -ETIME);
}
