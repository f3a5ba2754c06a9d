// SPDX-License-Identifier: GPL-2.0-only
/* Has the parameter already, signals nothing, or only has such a name: calls are no declarations. */
#include <linux/dma-fence.h>

int dma_fence_signal(struct dma_fence *fence, int err);
void dma_fence_set_error(struct dma_fence *fence, int error);
bool dma_fence_is_signaled(struct dma_fence *fence);
int dma_fence_signal_later(struct dma_fence *fence);

int dma_fence_signal_later(struct dma_fence *fence)
{
	int (*signal)(struct dma_fence *fence, int err) = dma_fence_signal;

	return signal(fence, 0);
}
