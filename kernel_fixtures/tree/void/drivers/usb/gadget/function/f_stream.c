// SPDX-License-Identifier: GPL-2.0-only
/*
 * f_stream: a gadget function that streams shared buffers
 */

#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct stream_fence {
	struct dma_fence base;
	struct work_struct work;
	int status;
};

struct stream_ep {
	struct mutex lock;
	struct stream_fence *dma_fence;	/* of the request that is under way */
	int error;
};

static void stream_fence_cleanup(struct work_struct *work)
{
	struct stream_fence *dma_fence = container_of(work, struct stream_fence, work);

	dma_fence_put(&dma_fence->base);
}

static void stream_signal_done(struct stream_fence *dma_fence, int ret)
{
	struct dma_fence *fence = &dma_fence->base;
	bool cookie = dma_fence_begin_signalling();

	dma_fence_get(fence);
	fence->error = ret;
	dma_fence_signal(fence);
	dma_fence_end_signalling(cookie);

	INIT_WORK(&dma_fence->work, stream_fence_cleanup);
	schedule_work(&dma_fence->work);
}

void stream_ep_disable(struct stream_ep *ep)
{
	struct stream_fence *dma_fence;

	guard(mutex)(&ep->lock);

	/* The endpoint's error, not that of a fence */
	ep->error = -ESHUTDOWN;

	dma_fence = ep->dma_fence;
	if (!dma_fence)
		return;

	ep->dma_fence = NULL;
	stream_signal_done(dma_fence, -ESHUTDOWN);
}

void stream_ep_requeue(struct stream_ep *ep, bool stalled)
{
	struct stream_fence *dma_fence = ep->dma_fence;

	dma_fence->status = ep->error;
	if (!stalled)
		dma_fence_signal(&dma_fence->base);
}
