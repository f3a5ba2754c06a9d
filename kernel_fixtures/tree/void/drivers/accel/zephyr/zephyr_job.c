// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs of the Zephyr
 */

#include <linux/interrupt.h>
#include <linux/slab.h>

#include "zephyr_fence.h"

struct zephyr_device {
	spinlock_t lock;
	struct list_head jobs;
	bool off;
};

irqreturn_t zephyr_job_irq(struct zephyr_device *zdev, struct zephyr_job *job)
{
	struct zephyr_fence *fence = job->fence;

	if (zdev->off) {
		fence->error = -ENODEV;
		dma_fence_set_error(&job->job_fence, -ENODEV);
		dma_fence_signal(&job->job_fence);
		return IRQ_HANDLED;
	}

	/* dma_fence_signal() wakes the thread */
	fence->timestamp = ktime_get();
	zephyr_fence_set_error(fence, 0);
	zephyr_job_signal(job);

	return IRQ_HANDLED;
}

int zephyr_job_abort_all(struct zephyr_device *zdev)
{
	struct zephyr_job *job, *next;
	int aborted = 0;

	spin_lock_irq(&zdev->lock);
	list_for_each_entry_safe(job, next, &zdev->jobs, link) {
		list_del(&job->link);
		dma_fence_set_error(&job->job_fence, -ECANCELED);
		if (dma_fence_check_and_signal_locked(&job->job_fence))
			continue;
		aborted++;
	}
	spin_unlock_irq(&zdev->lock);

	return aborted;
}
