// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rings of the Acme 3D engine
 */

#include <linux/device.h>
#include <linux/slab.h>

#include "acme_fence.h"

void acme_ring_timeout(struct acme_fence *fence)
{
	dma_fence_set_error(&fence->base, -ETIMEDOUT);
	dma_fence_signal(&fence->base);
}

/* The file is closed, with jobs left in the ring */
void acme_ring_cancel(struct acme_ring *ring)
{
	struct acme_fence *fence, *next;

	lockdep_assert_held(&ring->lock);

	list_for_each_entry_safe(fence, next, &ring->pending, link) {
		list_del(&fence->link);
		/* Nobody is going to run this one any more. */
		dma_fence_set_error(&fence->base, -ECANCELED);
		/* Whoever waits has a look at the error at once. */
		dma_fence_signal_locked(&fence->base);
	}
}

void acme_ring_lost(struct acme_ring *ring, struct acme_fence *fence, ktime_t when)
{
	dma_fence_set_error(&fence->base, -ENODEV); /* the card is gone */

	dma_fence_signal_timestamp(&fence->base, when); /* since then */
}

void acme_ring_lost_locked(struct acme_ring *ring, struct acme_fence *fence, ktime_t when)
{
	dma_fence_set_error(&fence->base, acme_ring_read_fault(ring));
	dma_fence_signal_timestamp_locked(&fence->base, when);
}

void acme_ring_drop_slot(struct acme_ring *ring, unsigned int slot)
{
	if (ring->inflight[slot % ACME_SLOTS]) {
		dma_fence_set_error(&ring->inflight[slot % ACME_SLOTS]->base,
				    -EIO);
		dma_fence_signal(&ring->inflight[slot % ACME_SLOTS]->base);
	}
}

void acme_ring_flush(struct acme_ring *ring, unsigned int bank, ktime_t irq_time, bool lost)
{
	if (!lost) {
		dma_fence_signal_timestamp(&ring->banks[bank]->pending_flush_fence->base, irq_time);
		return;
	}

	dma_fence_set_error(&ring->banks[bank]->pending_flush_fence->base, -EIO);
	dma_fence_signal_timestamp(&ring->banks[bank]->pending_flush_fence->base, irq_time);
}

/* Dropped from the ring one by one, which nobody needs unless the ring still runs. */
void acme_ring_stop(struct acme_ring *ring, struct acme_fence *fence, bool hung)
{
	if (ring->dead) {
		if (hung) {
			dma_fence_set_error(&fence->base, -ETIME);
			dma_fence_signal(&fence->base);
		}
	} else
		acme_ring_kick(ring);
}

void acme_ring_irq(struct acme_ring *ring, struct acme_fence *fence, u32 event)
{
	switch (event) {
	case 0:
		ring->dropped++;
		fallthrough;
	case 1:
		dma_fence_set_error(&fence->base, -ENODATA);
		dma_fence_signal(&fence->base);
		break;
	case 2:
		pr_debug("dma_fence_signal(%u)\n", fence->slot);
		acme_fence_done(fence);
		break;
	default:
		dma_fence_signal(&fence->base);
	}

#ifdef CONFIG_ACME_DEBUG
	pr_debug("event %u\n", event);
#endif
}

int acme_ring_abort_all(struct acme_ring *ring)
{
	int aborted = 0;
	unsigned int i;

	for (i = 0; i < ACME_SLOTS; i++) {
		struct acme_fence *fence = ring->inflight[i];

		if (!fence)
			continue;

		dma_fence_set_error(&fence->base, -ECANCELED);
		if (!dma_fence_check_and_signal(&fence->base))
			aborted++;
	}

	return aborted;
}
