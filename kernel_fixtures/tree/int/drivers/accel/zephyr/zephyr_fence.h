/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __ZEPHYR_FENCE_H__
#define __ZEPHYR_FENCE_H__

#include <linux/dma-fence.h>

/* What a command submission waits for. Not a struct dma_fence. */
struct zephyr_fence {
	atomic_t refs;
	ktime_t timestamp;
	int error;
};

struct zephyr_job {
	struct dma_fence job_fence;
	struct zephyr_fence *fence;
	struct list_head link;
	int state;
};

static inline void zephyr_fence_set_error(struct zephyr_fence *fence, int error)
{
	fence->error = error;
}

static inline void zephyr_job_signal(struct zephyr_job *job)
{
	dma_fence_signal(&job->job_fence);
}

#endif
