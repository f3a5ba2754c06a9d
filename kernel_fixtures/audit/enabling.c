// SPDX-License-Identifier: GPL-2.0-only
/* An `.enable_signaling` of each kind, and the callbacks that the core calls without the lock. */
#include <linux/dma-fence.h>
#include <linux/workqueue.h>

struct lark_queue {
	spinlock_t lock;
	struct list_head pending;
	wait_queue_head_t waiters;
	struct work_struct kick;
	u32 notified;
};

struct lark_fence {
	struct dma_fence base;
	struct lark_queue *queue;
	struct list_head link;
	struct wait_queue_entry entry;
	u32 private_count;
};

#define to_lark(f) container_of(f, struct lark_fence, base)

/* Nothing but work for later. */
static bool lark_enable_kick(struct dma_fence *f)
{
	struct lark_fence *lark = to_lark(f);

	schedule_work(&lark->queue->kick);	/* find: deferred_work */
	return true;
}

static void lark_kick(struct work_struct *work)
{
}

static const struct dma_fence_ops lark_kick_ops = {
	.enable_signaling = lark_enable_kick,	/* answer: yes */
};

/* Changes a list that others walk under the same lock. */
static bool lark_enable_list(struct dma_fence *f)
{
	struct lark_fence *lark = to_lark(f);

	list_add_tail(&lark->link, &lark->queue->pending);
	return true;
}

void lark_irq(struct lark_queue *queue)
{
	struct lark_fence *lark, *next;

	spin_lock(&queue->lock);
	list_for_each_entry_safe(lark, next, &queue->pending, link)
		dma_fence_signal_locked(&lark->base);
	spin_unlock(&queue->lock);
}

static const struct dma_fence_ops lark_list_ops = {
	.enable_signaling = lark_enable_list,	/* answer: no */
};

/* Changes what nobody else touches under the lock, as far as this file shows. */
static bool lark_enable_count(struct dma_fence *f)
{
	to_lark(f)->private_count = 1;
	return true;
}

static const struct dma_fence_ops lark_count_ops = {
	.enable_signaling = lark_enable_count,	/* answer: unknown */
};

/* The lock of the wait queue is the fence's. */
static bool lark_enable_wait(struct dma_fence *f)
{
	struct lark_fence *lark = to_lark(f);

	__add_wait_queue(&lark->queue->waiters, &lark->entry);
	return true;
}

static long lark_wait(struct dma_fence *f, bool intr, long timeout)
{
	msleep(1);
	return dma_fence_default_wait(f, intr, timeout);
}

/* Called without the lock, whatever it does. */
static void lark_release(struct dma_fence *f)
{
	lark_forget(to_lark(f));
	dma_fence_free(f);
}

static const struct dma_fence_ops lark_wait_ops = {
	.enable_signaling = lark_enable_wait,	/* answer: no */
	.wait = lark_wait,	/* answer: yes */
	.release = lark_release,	/* answer: yes */
};

/* The definition is elsewhere. */
static bool lark_enable_far(struct dma_fence *f)
{
	return lark_hw_enable_locked(to_lark(f));
}

static const struct dma_fence_ops lark_far_ops = {
	.enable_signaling = lark_enable_far,	/* answer: unknown */
	.signaled = NULL,
};

/* What it takes itself it need not be given, and what it gives back it must take first. */
static void lark_unlink(struct lark_queue *queue, struct lark_fence *lark)
{
	lockdep_assert_held(&queue->lock);
	list_del(&lark->link);
}

static void lark_release_locking(struct dma_fence *f)
{
	struct lark_fence *lark = to_lark(f);
	struct lark_queue *queue = lark->queue;

	spin_lock(&queue->lock);
	lark_unlink(queue, lark);
	spin_unlock(&queue->lock);
	dma_fence_free(f);
}

static bool lark_enable_late(struct dma_fence *f)
{
	struct lark_fence *lark = to_lark(f);
	struct lark_queue *queue = lark->queue;

	spin_lock(&queue->lock);
	queue->notified++;
	spin_unlock(&queue->lock);
	lark_unlink(queue, lark);
	return true;
}

static bool lark_signaled_signals(struct dma_fence *f)
{
	dma_fence_signal(f);
	dma_fence_assert_held(f);
	return true;
}

static const struct dma_fence_ops lark_locking_ops = {
	.signaled = lark_signaled_signals,	/* answer: no */
	.enable_signaling = lark_enable_late,	/* answer: no */
	.release = lark_release_locking,	/* answer: yes */
};

void lark_make(struct lark_fence *lark, struct lark_queue *queue)
{
	INIT_WORK(&queue->kick, lark_kick);
	dma_fence_init(&lark->base, &lark_kick_ops, &queue->lock, 0, 1);
	dma_fence_init(&lark->base, &lark_list_ops, &lark->queue->lock, 0, 1);
	dma_fence_init(&lark->base, &lark_count_ops, &queue->lock, 0, 1);
	dma_fence_init(&lark->base, &lark_wait_ops, &queue->waiters.lock, 0, 1);
	dma_fence_init(&lark->base, &lark_locking_ops, &queue->lock, 0, 1);
	dma_fence_init(&lark->base, &lark_far_ops, &queue->lock, 0, 1);
}
