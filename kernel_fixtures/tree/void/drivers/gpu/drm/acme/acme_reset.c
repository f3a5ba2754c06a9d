// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left when the Acme 3D engine had to be reset
 */

#include <linux/device.h>
#include <linux/mutex.h>

#include "acme_fence.h"

void acme_reset_one(struct acme_fence *fence, int err)
{
	if (unlikely(err != 0))
		dma_fence_set_error(&fence->base, err);
	dma_fence_signal(&fence->base);
}

void acme_reset_braced(struct acme_fence *fence, int err, ktime_t when)
{
	if (err) {
		/* the reset did not help */
		dma_fence_set_error(&fence->base, err);
	}
	dma_fence_signal_timestamp(&fence->base, when);
}

void acme_reset_verbose(struct acme_ring *ring, struct device *dev, struct acme_fence *fence)
{
	int fault = acme_ring_read_fault(ring);

	if (fault) {
		dev_err(dev, "fault %d in slot %u\n", fault, fence->slot);
		dma_fence_set_error(&fence->base, fault);
	}
	dma_fence_signal(&fence->base);
}

void acme_reset_wedged(struct acme_ring *ring, struct acme_fence *fence)
{
	if (ring->wedged)
		dma_fence_set_error(&fence->base, -EIO);
	dma_fence_signal(&fence->base);
}

void acme_reset_wedged_locked(struct acme_ring *ring, struct acme_fence *fence)
{
	if (unlikely(ring->wedged && !ring->dead))
		dma_fence_set_error(&fence->base, ring->wedge_reason);
	dma_fence_signal_locked(&fence->base);
}

void acme_reset_submit_failed(struct acme_fence *fence, int ret)
{
	if (ret < 0)
		dma_fence_set_error(&fence->base, ret);
	dma_fence_signal(&fence->base);
}

void acme_reset_wait_failed(struct acme_fence *fence, long left)
{
	if (0 > left)
		dma_fence_set_error(&fence->base, left);
	dma_fence_signal_locked(&fence->base);
}

void acme_reset_blame(struct acme_fence *fence, bool guilty)
{
	if (guilty)
		dma_fence_set_error(&fence->base, -ETIME);
	else
		dma_fence_set_error(&fence->base, -EAGAIN);
	dma_fence_signal(&fence->base);
}

void acme_reset_blame_braced(struct acme_ring *ring, struct acme_fence *fence, bool guilty)
{
	if (guilty) {
		dma_fence_set_error(&fence->base, ring->wedge_reason);
	} else {
		dma_fence_set_error(&fence->base, -EAGAIN);
	}
	dma_fence_signal_locked(&fence->base);
}

void acme_reset_image(struct acme_fence *fence, void *image)
{
	if (IS_ERR(image))
		dma_fence_set_error(&fence->base, PTR_ERR(image));
	dma_fence_signal(&fence->base);
}

void acme_reset_stored(struct acme_fence *fence, int ret)
{
	fence->base.error = ret;
	dma_fence_signal(&fence->base);
}
