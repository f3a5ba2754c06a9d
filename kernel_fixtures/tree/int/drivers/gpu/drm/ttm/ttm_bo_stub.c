// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences that stand in for those of a buffer
 */

#include <linux/dma-fence.h>
#include <linux/kernel.h>

struct ttm_stub {
	struct dma_fence *fence;
	unsigned int late;
};

int ttm_stub_finish(struct dma_fence *fence)
{
	return dma_fence_signal(fence);
}

int ttm_stub_finish_locked(struct ttm_stub *stub)
{
	int ret;

	ret = dma_fence_signal_locked(stub->fence);
	if (ret < 0)
		stub->late++;

	return ret;
}

bool ttm_stub_was_late(struct ttm_stub *stub)
{
	if (dma_fence_signal(stub->fence) == -EINVAL)
		return true;

	if (dma_fence_signal_locked(stub->fence) < 0)
		return true;

	return false;
}

void ttm_stub_count(struct ttm_stub *stub)
{
	stub->late -= dma_fence_signal(stub->fence);
	pr_debug("signal: %d\n", dma_fence_signal_locked(stub->fence));
}
