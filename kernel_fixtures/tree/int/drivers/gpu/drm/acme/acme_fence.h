/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __ACME_FENCE_H__
#define __ACME_FENCE_H__

#include <linux/dma-fence.h>

#define ACME_SLOTS	8

struct acme_fence {
	struct dma_fence base;
	struct list_head link;
	u32 slot;
};

struct acme_bank {
	struct acme_fence *pending_flush_fence;
};

struct acme_ring {
	spinlock_t lock;
	struct list_head pending;
	struct acme_fence *inflight[ACME_SLOTS];
	struct acme_bank *banks[2];
	unsigned int dropped;
	int wedge_reason;
	bool wedged;
	bool dead;
};

int acme_ring_read_fault(struct acme_ring *ring);
void acme_ring_kick(struct acme_ring *ring);

/**
 * acme_fence_retire - the job of a fence is done
 * @fence: the fence
 * @status: 0 or a negative errno, for dma_fence_set_error()
 */
static inline void acme_fence_retire(struct acme_fence *fence, int status)
{
	if (status)
		dma_fence_set_error(&fence->base, status);
	dma_fence_signal(&fence->base);
}

static inline void acme_fence_done(struct acme_fence *fence)
{
	dma_fence_signal(&fence->base);
}

#endif
