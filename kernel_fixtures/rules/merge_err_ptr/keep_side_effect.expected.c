// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each macro takes another pointer out of the queue.
 *
 * Generation: both
 * Verdicts:
 *   linnet_done:dma_fence_set_error#1 = manual [side_effect]
 *   linnet_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

#include <linux/err.h>

struct linnet_bo;

struct linnet_queue {
	struct dma_fence done;
	struct linnet_bo *bos[4];
	unsigned int head;
};

static void linnet_done(struct linnet_queue *q)
{
	if (IS_ERR(q->bos[q->head++]))
		dma_fence_set_error(&q->done, PTR_ERR(q->bos[q->head++]));
	dma_fence_signal(&q->done, 0);
}
