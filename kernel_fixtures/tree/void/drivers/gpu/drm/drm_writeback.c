// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writeback connectors
 */

#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>

struct drm_writeback_job {
	struct list_head list_entry;
	struct dma_fence *out_fence;
};

struct drm_writeback_connector {
	spinlock_t job_lock;
	struct list_head job_queue;
};

void drm_writeback_signal_completion(struct drm_writeback_connector *wb_connector, int status)
{
	struct drm_writeback_job *job;
	unsigned long flags;

	spin_lock_irqsave(&wb_connector->job_lock, flags);
	job = list_first_entry_or_null(&wb_connector->job_queue, struct drm_writeback_job,
				       list_entry);
	if (job)
		list_del(&job->list_entry);
	spin_unlock_irqrestore(&wb_connector->job_lock, flags);

	if (WARN_ON(!job))
		return;

	if (job->out_fence) {
		if (status)
			dma_fence_set_error(job->out_fence, status);
		dma_fence_signal(job->out_fence);
		dma_fence_put(job->out_fence);
	}

	kfree(job);
}
EXPORT_SYMBOL(drm_writeback_signal_completion);
