// SPDX-License-Identifier: GPL-2.0-only
/*
 * The name err is taken, in an inner block, too: the local is called error.
 *
 * Generation: both
 * Verdicts:
 *   cougar_preempt:dma_fence_set_error#1 = review [thread_local]
 *   cougar_preempt:dma_fence_set_error#2 = review [thread_local]
 *   cougar_preempt:dma_fence_signal#1 = review [thread_local]
 */
#include <linux/dma-fence.h>

struct cougar_queue {
	struct dma_fence base;
	bool killed;
};

int cougar_suspend_wait(struct cougar_queue *q);

static void cougar_preempt(struct cougar_queue *q)
{
	bool again = !q->killed;

	if (again) {
		int err = cougar_suspend_wait(q);

		if (err)
			dma_fence_set_error(&q->base, err);
	} else {
		dma_fence_set_error(&q->base, -ENOENT);
	}

	dma_fence_signal(&q->base);
}
