// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events for open files
 */

#include <linux/dma-fence.h>
#include <linux/completion.h>
#include <linux/module.h>
#include <linux/slab.h>

struct drm_pending_event {
	struct completion *completion;
	struct dma_fence *fence;
	struct list_head link;
};

/**
 * drm_send_event_helper - deliver an event
 * @e: the event
 * @timestamp: when it happened, or 0 for now
 *
 * Signals @e's fence with dma_fence_signal_timestamp() when @timestamp is known.
 */
static void drm_send_event_helper(struct drm_pending_event *e, ktime_t timestamp)
{
	if (e->completion) {
		complete_all(e->completion);
		e->completion = NULL;
	}

	if (e->fence) {
		if (timestamp)
			dma_fence_signal_timestamp(e->fence, timestamp);
		else
			dma_fence_signal(e->fence);
		dma_fence_put(e->fence);
	}

	kfree(e);
}

void drm_send_event(struct drm_pending_event *e)
{
	drm_send_event_helper(e, 0);
}
EXPORT_SYMBOL(drm_send_event);
