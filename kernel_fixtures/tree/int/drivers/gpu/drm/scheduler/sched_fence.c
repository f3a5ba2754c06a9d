// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fences of the scheduler
 */

#include <linux/module.h>

#include <drm/gpu_scheduler.h>

void drm_sched_fence_scheduled(struct drm_sched_fence *fence)
{
	dma_fence_signal(&fence->scheduled);
}

void drm_sched_fence_finished(struct drm_sched_fence *fence, int result)
{
	if (result)
		dma_fence_set_error(&fence->finished, result);
	dma_fence_signal(&fence->finished);
}
EXPORT_SYMBOL(drm_sched_fence_finished);
