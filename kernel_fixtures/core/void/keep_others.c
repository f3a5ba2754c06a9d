// SPDX-License-Identifier: GPL-2.0-only
/* Functions that tell who was first, and others with a number to return. */
#include <linux/dma-fence.h>

bool dma_fence_check_and_signal(struct dma_fence *fence, int err);
int dma_fence_get_status(struct dma_fence *fence);

int dma_fence_get_status(struct dma_fence *fence)
{
	int ret = dma_fence_get_status_locked(fence);

	if (!fence)
		return -EINVAL;
	return ret;
}
