// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences of the old rings
 */

#include <linux/dma-fence.h>
#include <linux/interrupt.h>
#include <linux/io.h>

struct radeon_device {
	u32 __iomem *seq_reg;
	bool lockup;
};

struct radeon_fence {
	struct dma_fence base;
	struct radeon_device *rdev;
	u64 seq;
};

/* Called from the fence's wait queue, with the lock held */
int radeon_fence_check_signaled(struct radeon_fence *fence)
{
	int ret;

	if (readl(fence->rdev->seq_reg) < fence->seq)
		return 0;

	ret = dma_fence_signal_locked(&fence->base);
	if (!ret)
		pr_debug("signaled from irq context\n");
	else
		pr_debug("was already signaled\n");

	dma_fence_put(&fence->base);
	return 1;
}

irqreturn_t radeon_fence_irq(struct radeon_fence *fence)
{
	switch (readl(fence->rdev->seq_reg) & 0x3) {
	case 0:
		return IRQ_NONE;
	case 1:
		WARN_ON(dma_fence_signal_locked(&fence->base));
		break;
	case 2:
		if (WARN_ON_ONCE(dma_fence_signal(&fence->base) != 0))
			fence->rdev->lockup = true;
		break;
	default:
		fence->rdev->lockup = true;
		dma_fence_signal_timestamp(&fence->base, ktime_get());
	}

	return IRQ_HANDLED;
}
