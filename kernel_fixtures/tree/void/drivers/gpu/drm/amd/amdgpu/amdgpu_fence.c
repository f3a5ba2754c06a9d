// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fences of the rings
 */

#include "amdgpu_fence.h"

/* The hardware wrote a new sequence number. */
void amdgpu_fence_driver_process(struct amdgpu_ring *ring, u32 last_seq)
{
	unsigned int i;

	for (i = 0; i < ring->num_fences; i++) {
		struct dma_fence *fence = ring->fences[i];

		if (!fence || fence->seqno > last_seq)
			continue;

		ring->fences[i] = NULL;
		dma_fence_signal(fence);
		dma_fence_put(fence);
	}
}

/**
 * amdgpu_fence_driver_set_error - note an error in all that is under way
 * @ring: the ring that hangs
 * @error: a negative errno
 *
 * amdgpu_fence_driver_process() calls dma_fence_signal() later.
 */
void amdgpu_fence_driver_set_error(struct amdgpu_ring *ring, int error)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&ring->lock, flags);
	for (i = 0; i < ring->num_fences; i++) {
		struct dma_fence *fence = ring->fences[i];

		if (fence && !dma_fence_test_signaled_flag(fence))
			dma_fence_set_error(fence, error);
	}
	spin_unlock_irqrestore(&ring->lock, flags);
}
