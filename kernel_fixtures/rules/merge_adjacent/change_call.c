// SPDX-License-Identifier: GPL-2.0-only
/*
 * The error may be one call: it was evaluated once, and is evaluated once.
 *
 * Generation: both
 * Verdicts:
 *   osprey_irq:dma_fence_set_error#1 = convert [merge_adjacent]
 *   osprey_irq:dma_fence_signal_locked#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct osprey_seq {
	struct list_head link;
	struct dma_fence base;
};

struct osprey_dev {
	void __iomem *regs;
	spinlock_t lock;
	struct list_head pending;
};

int osprey_errno(u32 status);

static void osprey_irq(struct osprey_dev *odev)
{
	struct osprey_seq *seq, *next;

	spin_lock(&odev->lock);
	list_for_each_entry_safe(seq, next, &odev->pending, link) {
		list_del(&seq->link);
		dma_fence_set_error(&seq->base, osprey_errno(readl(odev->regs)));
		dma_fence_signal_locked(&seq->base);
	}
	spin_unlock(&odev->lock);
}
