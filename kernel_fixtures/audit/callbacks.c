// SPDX-License-Identifier: GPL-2.0-only
/* Functions given to dma_fence_add_callback(), and signal paths that leave work for later. */
#include <linux/dma-fence.h>
#include <linux/irq_work.h>

struct teal_job {
	struct dma_fence_cb cb;
	struct dma_fence fence;
	struct irq_work later;
	struct work_struct tidy;
	spinlock_t lock;
	struct xarray all;
};

static void teal_locks(struct teal_job *job)
{
	unsigned long flags;

	spin_lock_irqsave(&job->lock, flags);	/* find: callback_takes_lock */
	spin_unlock_irqrestore(&job->lock, flags);
}

static void teal_cb(struct dma_fence *f, struct dma_fence_cb *cb)
{
	struct teal_job *job = container_of(cb, struct teal_job, cb);

	teal_locks(job);
}

static void teal_later_cb(struct dma_fence *f, struct dma_fence_cb *cb)
{
	struct teal_job *job = container_of(cb, struct teal_job, cb);

	irq_work_queue(&job->later);	/* find: deferred_work */
}

static void teal_guarded_cb(struct dma_fence *f, struct dma_fence_cb *cb)
{
	struct teal_job *job = container_of(cb, struct teal_job, cb);

	guard(spinlock_irqsave)(&job->lock);	/* find: callback_takes_lock */
	xa_lock(&job->all);	/* find: callback_takes_lock */
	xa_unlock(&job->all);
}

static void teal_quiet_cb(struct dma_fence *f, struct dma_fence_cb *cb)
{
	dma_fence_put(f);
}

static void teal_not_given(struct dma_fence *f, struct dma_fence_cb *cb)
{
	struct teal_job *job = container_of(cb, struct teal_job, cb);

	spin_lock(&job->lock);
	schedule_work(&job->tidy);
	spin_unlock(&job->lock);
}

int teal_add(struct teal_job *job, struct dma_fence *f)
{
	init_irq_work(&job->later, teal_later);
	if (dma_fence_add_callback(f, &job->cb, teal_quiet_cb))
		return dma_fence_add_callback(f, &job->cb, teal_cb);
	if (dma_fence_add_callback(f, &job->cb, teal_guarded_cb))
		return -1;
	return dma_fence_add_callback(f, &job->cb, teal_later_cb);
}

void teal_irq(struct teal_job *job, struct dma_fence *f)
{
	spin_lock(&job->lock);
	dma_fence_signal_locked(f);
	schedule_work(&job->tidy);	/* find: deferred_work */
	spin_unlock(&job->lock);
	irq_work_queue(&job->later);
}

void teal_irq_locked(struct teal_job *job, struct dma_fence *f)
{
	dma_fence_signal_locked(f);
	schedule_work(&job->tidy);	/* find: deferred_work */
}
