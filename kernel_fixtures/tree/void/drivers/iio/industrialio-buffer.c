// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffers of samples that are shared with other devices
 */

#include <linux/dma-fence.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct iio_dma_fence {
	struct dma_fence base;
	struct work_struct work;
	spinlock_t lock;
};

static void iio_buffer_cleanup(struct work_struct *work)
{
	struct iio_dma_fence *fence = container_of(work, struct iio_dma_fence, work);

	dma_fence_put(&fence->base);
}

void iio_buffer_signal_dmabuf_done(struct dma_fence *fence, int ret)
{
	struct iio_dma_fence *iio_fence = container_of(fence, struct iio_dma_fence, base);
	bool cookie = dma_fence_begin_signalling();

	/*
	 * Get a reference to the fence, so that it is not freed as soon as
	 * it is signaled.
	 */
	dma_fence_get(fence);

	fence->error = ret;
	dma_fence_signal(fence);
	dma_fence_end_signalling(cookie);

	/* The fence will be freed in the cleanup work, we may be in an interrupt. */
	INIT_WORK(&iio_fence->work, iio_buffer_cleanup);
	schedule_work(&iio_fence->work);
}
EXPORT_SYMBOL_GPL(iio_buffer_signal_dmabuf_done);

static int iio_buffer_start(struct iio_dma_fence *fence, bool cyclic)
{
	return cyclic ? -EBUSY : 0;
}

int iio_buffer_enqueue_dmabuf(struct iio_dma_fence *fence, bool cyclic)
{
	int ret = iio_buffer_start(fence, cyclic);

	if (!ret)
		return 0;

	iio_buffer_signal_dmabuf_done(&fence->base, ret);
	return ret;
}
