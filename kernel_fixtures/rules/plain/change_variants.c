// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals without an error, in the places where drivers have them.
 *
 * Generation: both
 * Verdicts:
 *   lynx_irq:dma_fence_signal#1 = convert [plain]
 *   lynx_irq:dma_fence_signal_locked#1 = convert [plain]
 *   lynx_irq:dma_fence_signal_timestamp#1 = convert [plain]
 *   lynx_irq:dma_fence_signal_timestamp_locked#1 = convert [plain]
 *   lynx_drain:dma_fence_signal#1 = convert [plain]
 *   lynx_drain:dma_fence_signal#2 = convert [plain]
 *   lynx_drain:dma_fence_signal#3 = convert [plain]
 */
#include <linux/dma-fence.h>

struct lynx_fence {
	struct list_head link;
	struct dma_fence base;
};

struct lynx_dev {
	spinlock_t lock;
	struct list_head pending;
	struct dma_fence *vblank;
	struct dma_fence idle;
};

static void lynx_irq(struct lynx_dev *ldev, ktime_t now)
{
	unsigned long flags;

	if (ldev->vblank)
		dma_fence_signal(ldev->vblank);

	spin_lock_irqsave(&ldev->lock, flags);
	dma_fence_signal_locked(&ldev->idle);
	spin_unlock_irqrestore(&ldev->lock, flags);

	dma_fence_signal_timestamp(ldev->vblank, now);
	dma_fence_signal_timestamp_locked(&ldev->idle, ktime_get());
}

static void lynx_drain(struct lynx_dev *ldev)
{
	struct lynx_fence *fence;

	list_for_each_entry(fence, &ldev->pending, link)
		dma_fence_signal(&fence->base);

	if (list_empty(&ldev->pending)) {
		dma_fence_signal(&ldev->idle);
	} else {
		fence = list_first_entry(&ldev->pending, struct lynx_fence, link);
		dma_fence_signal(&fence->base); /* the oldest */
	}
}
