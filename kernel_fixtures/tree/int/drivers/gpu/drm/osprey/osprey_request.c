// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of the Osprey
 */

#include <linux/atomic.h>
#include <linux/dma-fence.h>
#include <linux/slab.h>

#include <trace/events/dma_fence.h>

struct osprey_engine {
	bool wedged;
	u32 *hwsp;
};

struct osprey_request {
	struct dma_fence fence;
	struct osprey_engine *engine;
	struct list_head signal_link;
};

struct osprey_vma {
	struct dma_fence bind_fence;
	spinlock_t lock; /* of the bind fence */
	struct osprey_request *last;
};

static struct osprey_request *to_request(struct dma_fence *fence)
{
	return container_of(fence, struct osprey_request, fence);
}

static const char *osprey_fence_name(struct dma_fence *fence)
{
	return "osprey";
}

static bool osprey_fence_signaled(struct dma_fence *fence)
{
	struct osprey_request *rq = to_request(fence);

	if (rq->engine->wedged)
		dma_fence_set_error(fence, -EIO);

	return rq->engine->wedged || *rq->engine->hwsp >= fence->seqno;
}

static bool osprey_fence_enable_signaling(struct dma_fence *fence)
{
	struct osprey_request *rq = to_request(fence);

	if (rq->engine->wedged) {
		dma_fence_set_error(fence, -ENODEV);
		dma_fence_signal_locked(fence);
		return false;
	}

	return true;
}

const struct dma_fence_ops osprey_fence_ops = {
	.get_driver_name = osprey_fence_name,
	.get_timeline_name = osprey_fence_name,
	.enable_signaling = osprey_fence_enable_signaling,
	.signaled = osprey_fence_signaled,
};

bool osprey_request_set_error_once(struct osprey_request *rq, int error)
{
	int old;

	if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &rq->fence.flags))
		return false;

	old = READ_ONCE(rq->fence.error);
	do {
		if (old)
			return false;
	} while (!try_cmpxchg(&rq->fence.error, &old, error));

	return true;
}

/* Not the one of the core: the caller holds the breadcrumbs' lock only. */
static bool __dma_fence_signal(struct dma_fence *fence)
{
	return !test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
}

static void __osprey_dma_fence_signal(struct dma_fence *fence, ktime_t timestamp)
{
	fence->timestamp = timestamp;
	set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags);
	trace_dma_fence_signaled(fence);
}

void osprey_breadcrumbs_irq(struct osprey_request *rq)
{
	if (__dma_fence_signal(&rq->fence))
		__osprey_dma_fence_signal(&rq->fence, ktime_get());
}

/* A request that never goes to the hardware */
void osprey_request_mark_complete(struct osprey_request *rq)
{
	set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &rq->fence.flags);
}

void osprey_request_retire(struct osprey_request *rq)
{
	dma_fence_signal(&rq->fence);
	dma_fence_put(&rq->fence);
}

/* Until the first bind, whoever looks shall see that there is nothing yet. */
void osprey_vma_init(struct osprey_vma *vma)
{
	dma_fence_init(&vma->bind_fence, &osprey_fence_ops, &vma->lock, 0, 0);
	dma_fence_set_error(&vma->bind_fence, -EAGAIN);
}

void osprey_vma_rebind(struct osprey_vma *vma)
{
	vma->bind_fence.error = 0;
}
