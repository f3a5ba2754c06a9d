/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _DRM_GPU_SCHEDULER_H
#define _DRM_GPU_SCHEDULER_H

#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/spinlock.h>

/**
 * struct drm_sched_fence - the two fences of a job
 * @scheduled: signalled when the job goes to the hardware
 * @finished: signalled when the job is done; drivers may leave an error here with
 *	dma_fence_set_error() before drm_sched_fence_finished() is called
 * @parent: the fence of the hardware
 * @lock: protects @scheduled and @finished
 */
struct drm_sched_fence {
	struct dma_fence scheduled;
	struct dma_fence finished;
	struct dma_fence *parent;
	spinlock_t lock;
};

struct drm_gpu_scheduler {
	const char *name;
	spinlock_t job_list_lock;
	struct list_head pending_list;
};

struct drm_sched_job {
	struct drm_gpu_scheduler *sched;
	struct drm_sched_fence *s_fence;
	struct dma_fence_cb cb;
	struct list_head list;
	int karma;
};

enum drm_gpu_sched_stat {
	DRM_GPU_SCHED_STAT_NONE,
	DRM_GPU_SCHED_STAT_RESET,
	DRM_GPU_SCHED_STAT_NO_HANG,
};

void drm_sched_fence_scheduled(struct drm_sched_fence *fence);
void drm_sched_fence_finished(struct drm_sched_fence *fence, int result);
void drm_sched_job_kill(struct drm_sched_job *job);

#endif
