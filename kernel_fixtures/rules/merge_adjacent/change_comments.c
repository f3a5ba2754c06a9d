// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comments around the pair survive: above, between, behind the first call (it
 * goes on a line of its own), behind the second and inside its arguments.
 *
 * Generation: both
 * Verdicts:
 *   kelp_abort:dma_fence_set_error#1 = convert [merge_adjacent]
 *   kelp_abort:dma_fence_signal#1 = convert [merge_adjacent]
 *   kelp_shutdown:dma_fence_set_error#1 = convert [merge_adjacent]
 *   kelp_shutdown:dma_fence_signal#1 = convert [merge_adjacent]
 *   kelp_unplug:dma_fence_set_error#1 = convert [merge_adjacent]
 *   kelp_unplug:dma_fence_signal#1 = convert [merge_adjacent]
 *   kelp_suspend:dma_fence_set_error#1 = convert [merge_adjacent]
 *   kelp_suspend:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct kelp_queue {
	struct dma_fence tail;
	unsigned int aborts;
};

static void kelp_abort(struct kelp_queue *q)
{
	q->aborts++;

	/* The firmware does not say why. */
	dma_fence_set_error(&q->tail, -EIO);
	dma_fence_signal(&q->tail);
}

static void kelp_shutdown(struct kelp_queue *q)
{
	q->aborts = 0;
	dma_fence_set_error(&q->tail, -ESHUTDOWN);
	/*
	 * From here on the queue may be gone: the last waiter frees it.
	 */
	dma_fence_signal(&q->tail);
}

static void kelp_unplug(struct kelp_queue *q)
{
	q->aborts++;
	dma_fence_set_error(&q->tail, -ENODEV); /* user space polls for this */
	dma_fence_signal(&q->tail); /* last use of q */
}

static void kelp_suspend(struct kelp_queue *q)
{
	q->aborts++;
	dma_fence_set_error(&q->tail, -EAGAIN);
	dma_fence_signal(/* the newest */ &q->tail);
}
