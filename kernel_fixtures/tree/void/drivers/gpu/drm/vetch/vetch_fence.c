// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences that user space signals
 */

#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/timer.h>

struct vetch_fence {
	struct dma_fence base;
	spinlock_t lock;
	struct timer_list timer;
};

static void vetch_fence_timeout(struct timer_list *t)
{
	struct vetch_fence *fence = from_timer(fence, t, timer);

	dma_fence_signal(&fence->base);
}

void vetch_fence_arm(struct vetch_fence *fence)
{
	timer_setup(&fence->timer, vetch_fence_timeout, 0);
	mod_timer(&fence->timer, jiffies + msecs_to_jiffies(10000));
}

int vetch_fence_signal_ioctl(struct dma_fence *fence)
{
	int ret = 0;

	if (IS_ERR_OR_NULL(fence))
		return fence ? PTR_ERR(fence) : -ENOENT;

	if (dma_fence_is_signaled(fence))
		ret = -ETIMEDOUT;

	dma_fence_signal(fence);
	dma_fence_put(fence);

	return ret;
}
