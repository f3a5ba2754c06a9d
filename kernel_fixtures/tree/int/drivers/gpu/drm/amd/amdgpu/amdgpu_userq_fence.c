// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences of the queues that user space fills by itself
 */

#include <linux/slab.h>

#include "amdgpu_fence.h"

struct amdgpu_userq_fence_driver {
	spinlock_t fence_list_lock;
	struct list_head fences;
};

void amdgpu_userq_fence_driver_process(struct amdgpu_userq_fence_driver *fence_drv, u64 rptr)
{
	struct amdgpu_userq_fence *userq_fence, *tmp;

	guard(spinlock_irqsave)(&fence_drv->fence_list_lock);

	list_for_each_entry_safe(userq_fence, tmp, &fence_drv->fences, link) {
		if (rptr < userq_fence->base.seqno)
			break;

		list_del(&userq_fence->link);
		dma_fence_signal(&userq_fence->base);
		dma_fence_put(&userq_fence->base);
	}
}

void amdgpu_userq_fence_driver_force_completion(struct amdgpu_userq_fence_driver *fence_drv)
{
	struct amdgpu_userq_fence *userq_fence;
	LIST_HEAD(todo);

	scoped_guard(spinlock_irq, &fence_drv->fence_list_lock) {
		list_splice_init(&fence_drv->fences, &todo);
	}

	list_for_each_entry(userq_fence, &todo, link) {
		dma_fence_set_error(&userq_fence->base, -ECANCELED);
		dma_fence_signal(&userq_fence->base);
	}
}
