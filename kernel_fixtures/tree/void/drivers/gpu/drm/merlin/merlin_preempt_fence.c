// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preemption of the Merlin's queues
 */

#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct merlin_queue {
	struct workqueue_struct *wq;
	int (*suspend_wait)(struct merlin_queue *q);
	bool killed;
};

struct merlin_preempt_fence {
	struct dma_fence base;
	struct merlin_queue *q;
	struct work_struct preempt_work;
	int error;
};

void merlin_preempt_work(struct work_struct *w)
{
	struct merlin_preempt_fence *pfence =
		container_of(w, struct merlin_preempt_fence, preempt_work);
	struct merlin_queue *q = pfence->q;
	bool cookie = dma_fence_begin_signalling();

	if (pfence->error) {
		dma_fence_set_error(&pfence->base, pfence->error);
	} else if (!q->killed) {
		int err = q->suspend_wait(q);

		if (err == -EAGAIN) {
			queue_work(q->wq, &pfence->preempt_work);
			dma_fence_end_signalling(cookie);
			return;
		}

		if (err)
			dma_fence_set_error(&pfence->base, err);
	} else {
		dma_fence_set_error(&pfence->base, -ENOENT);
	}

	dma_fence_signal(&pfence->base);
	dma_fence_end_signalling(cookie);
}

/* The firmware's last word, in one go for all that wait */
void merlin_preempt_flush(struct merlin_preempt_fence **fences, unsigned int num, int status)
{
	unsigned int i;

	for (i = 0; i < num; i++) {
		struct dma_fence *fence = &fences[i]->base;

		if (status == -EIO)
			dma_fence_set_error(fence, -ENODEV);
		else if (likely(status))
			dma_fence_set_error(fence, status);
		else if (fences[i]->q->killed)
			dma_fence_set_error(fence, -ECANCELED);

		dma_fence_signal(fence);
	}
}
