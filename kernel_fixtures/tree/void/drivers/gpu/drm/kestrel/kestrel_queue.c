// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queues of the Kestrel's firmware
 */

#include <linux/atomic.h>
#include <linux/completion.h>

#include "kestrel_job.h"

static void (*kestrel_queue_done)(struct dma_fence *fence) = dma_fence_signal;

int kestrel_queue_status(struct kestrel_queue *queue)
{
	return READ_ONCE(queue->error);
}

void kestrel_queue_pop(struct kestrel_queue *queue)
{
	dma_fence_set_error(queue->ring_fences[queue->head++], -EIO);
	dma_fence_signal(queue->ring_fences[queue->head++]);
}

static void kestrel_queue_finish_stop(struct kestrel_queue *queue)
{
	dma_fence_signal(queue->stop_fence);
}

void kestrel_queue_kill(struct kestrel_queue *queue)
{
	dma_fence_set_error(queue->stop_fence, -ESHUTDOWN);
	kestrel_queue_finish_stop(queue);
}

void kestrel_queue_overflow(struct kestrel_queue *queue, struct dma_fence *done)
{
	dma_fence_signal(done);
	dma_fence_set_error(done, -EOVERFLOW);
}

void kestrel_queue_failed(struct kestrel_queue *queue, struct dma_fence *done)
{
	dma_fence_set_error(done, -EIO);

	spin_lock(&queue->lock);
	list_del_init(&queue->jobs);
	spin_unlock(&queue->lock);

	dma_fence_signal(done);
}

/* The register is read twice, and may have changed. */
void kestrel_queue_check(struct kestrel_queue *queue, struct dma_fence *done)
{
	if (kestrel_queue_status(queue))
		dma_fence_set_error(done, kestrel_queue_status(queue));
	dma_fence_signal(done);
}

void kestrel_queue_publish(struct kestrel_queue *queue, struct completion *all,
			   struct dma_fence *done)
{
	dma_fence_set_error(done, -ECANCELED);
	complete_all(all);
	dma_fence_signal(done);
}

int kestrel_queue_report(struct dma_fence *done, int err)
{
	int status;

	dma_fence_set_error(done, err);
	status = done->error;
	dma_fence_signal(done);

	return status;
}

int kestrel_queue_skip(struct kestrel_queue *queue, struct dma_fence *done)
{
	dma_fence_set_error(done, -EAGAIN);
	if (queue->error)
		return queue->error;
	dma_fence_signal(done);

	return 0;
}

void kestrel_queue_debug(struct kestrel_queue *queue, struct dma_fence *done, int err)
{
	dma_fence_set_error(done, err);
#ifdef CONFIG_KESTREL_DEBUG
	pr_debug("queue at %u\n", queue->head);
#endif
	dma_fence_signal(done);
}

void kestrel_queue_step(struct kestrel_queue *queue, struct dma_fence *done)
{
	switch (queue->head) {
	case 0:
		dma_fence_set_error(done, -ENODATA);
		fallthrough;
	case 1:
		dma_fence_signal(done);
		break;
	}
}

void kestrel_queue_end(struct kestrel_queue *queue, struct dma_fence *done)
{
	if (!queue->error)
		goto out;

	dma_fence_set_error(done, queue->error);
out:
	dma_fence_signal(done);
}

void kestrel_queue_mark(struct dma_fence *done, int err)
{
	WRITE_ONCE(done->error, err);
	smp_wmb();	/* the error goes first */
	dma_fence_signal(done);
}

int kestrel_queue_swap(struct dma_fence *done, int err)
{
	int old = xchg(&done->error, err);

	kestrel_queue_done(done);
	return old;
}

void kestrel_queue_all_idle(struct kestrel_queue *queue)
{
	queue->error = 0;
	kestrel_queue_idle(queue);
}
