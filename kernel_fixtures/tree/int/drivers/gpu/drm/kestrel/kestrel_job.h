/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __KESTREL_JOB_H__
#define __KESTREL_JOB_H__

#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/mutex.h>

#include <drm/gpu_scheduler.h>

struct kestrel_job;

struct kestrel_device {
	struct device *dev;
	spinlock_t job_lock;
	struct mutex sched_lock;
	bool resetting;
	u32 num_slots;
	struct kestrel_job *jobs[] __counted_by(num_slots);
};

struct kestrel_job {
	struct drm_sched_job base;
	struct kestrel_device *kdev;
	struct dma_fence *done_fence;
	struct dma_fence *render_done_fence;
	struct list_head link;
	u64 jc;
	int status;
};

/* The queue of the firmware: its fences are not those of the jobs. */
struct kestrel_queue {
	spinlock_t lock;
	struct list_head jobs;
	struct dma_fence *idle_fence;
	struct dma_fence *stop_fence;
	struct dma_fence **ring_fences;
	unsigned int head;
	int error;
};

#define kestrel_queue_idle(q)	dma_fence_signal((q)->idle_fence)

void kestrel_job_finish(struct kestrel_job *job);
void kestrel_job_fault(struct kestrel_job *job, u64 addr);
int kestrel_queue_status(struct kestrel_queue *queue);

#endif
