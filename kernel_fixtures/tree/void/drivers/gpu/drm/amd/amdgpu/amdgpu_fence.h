/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __AMDGPU_FENCE_H__
#define __AMDGPU_FENCE_H__

#include <linux/dma-fence.h>

struct amdgpu_ring {
	const char *name;
	spinlock_t lock;
	unsigned int num_fences;
	struct dma_fence *fences[16];
};

struct amdgpu_userq_fence {
	struct dma_fence base;
	struct list_head link;
	u64 __iomem *wptr;
	void *queue;
};

void amdgpu_fence_driver_set_error(struct amdgpu_ring *ring, int error);
void amdgpu_fence_driver_process(struct amdgpu_ring *ring, u32 last_seq);

#endif
