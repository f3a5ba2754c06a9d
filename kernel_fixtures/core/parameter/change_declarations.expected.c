// SPDX-License-Identifier: GPL-2.0-only
/* Prototypes and definitions of all signallers, on one line and on several, with and without storage. */
#include <linux/dma-fence.h>

int dma_fence_signal(struct dma_fence *fence, int err);
extern int dma_fence_signal_locked(struct dma_fence *fence, int err);
int dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp, int err);
int dma_fence_signal_timestamp_locked(struct dma_fence *fence,
				      ktime_t timestamp, int err);
bool dma_fence_check_and_signal(struct dma_fence *fence, int err);
bool dma_fence_check_and_signal_locked(struct dma_fence *fence, int err);

int dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp, int err)
{
	return 0;
}

int dma_fence_signal(struct dma_fence *fence, int err)
{
	return dma_fence_signal_timestamp(fence, ktime_get());
}

bool dma_fence_check_and_signal(struct dma_fence *fence, int err)
{
	return dma_fence_signal(fence) == 0;
}
