// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences on top of hardware counters
 */

#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct host1x_syncpt {
	u32 id;
	atomic_t value;
	spinlock_t lock;
};

struct host1x_syncpt_fence {
	struct dma_fence base;
	struct host1x_syncpt *sp;
	u32 threshold;
	atomic_t signaling;
	struct delayed_work timeout_work;
};

static const char *host1x_syncpt_fence_name(struct dma_fence *f)
{
	return "host1x";
}

static struct host1x_syncpt_fence *to_host1x_fence(struct dma_fence *f)
{
	return container_of(f, struct host1x_syncpt_fence, base);
}

static bool host1x_syncpt_fence_enable_signaling(struct dma_fence *f)
{
	struct host1x_syncpt_fence *sf = to_host1x_fence(f);

	if (atomic_read(&sf->sp->value) >= sf->threshold)
		return false;

	schedule_delayed_work(&sf->timeout_work, msecs_to_jiffies(30000));
	return true;
}

static const struct dma_fence_ops host1x_syncpt_fence_ops = {
	.get_driver_name = host1x_syncpt_fence_name,
	.get_timeline_name = host1x_syncpt_fence_name,
	.enable_signaling = host1x_syncpt_fence_enable_signaling,
};

/* The counter's interrupt: the work is done */
void host1x_fence_signal(struct host1x_syncpt_fence *f)
{
	/* Whoever sets it first signals, the time out or this one */
	if (atomic_xchg(&f->signaling, 1))
		return;

	if (cancel_delayed_work(&f->timeout_work))
		dma_fence_put(&f->base);

	dma_fence_signal_locked(&f->base);
	dma_fence_put(&f->base);
}

static void do_fence_timeout(struct work_struct *work)
{
	struct host1x_syncpt_fence *f =
		container_of(work, struct host1x_syncpt_fence, timeout_work.work);

	if (atomic_xchg(&f->signaling, 1)) {
		/* Already on its way, drop the timer's reference */
		dma_fence_put(&f->base);
		return;
	}

	dma_fence_set_error(&f->base, -ETIMEDOUT);
	dma_fence_signal(&f->base);
	dma_fence_put(&f->base);
}

struct dma_fence *host1x_fence_create(struct host1x_syncpt *sp, u32 threshold)
{
	struct host1x_syncpt_fence *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return ERR_PTR(-ENOMEM);

	f->sp = sp;
	f->threshold = threshold;
	INIT_DELAYED_WORK(&f->timeout_work, do_fence_timeout);
	dma_fence_init(&f->base, &host1x_syncpt_fence_ops, &sp->lock, sp->id, threshold);

	return &f->base;
}
