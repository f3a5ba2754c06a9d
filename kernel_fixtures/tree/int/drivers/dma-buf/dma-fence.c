// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fence core of the fixture kernel: fences of which signalling tells who was first.
 */

#include <linux/dma-fence.h>
#include <linux/module.h>
#include <linux/slab.h>

#include <trace/events/dma_fence.h>

static atomic_t dma_fence_contexts;

/**
 * dma_fence_context_alloc - get numbers for timelines
 * @num: how many
 *
 * Return: the first of them.
 */
u64 dma_fence_context_alloc(unsigned int num)
{
	u64 first = 0;

	while (num--)
		first = atomic_inc_return(&dma_fence_contexts);
	return first;
}
EXPORT_SYMBOL(dma_fence_context_alloc);

bool dma_fence_begin_signalling(void)
{
	return true;
}
EXPORT_SYMBOL(dma_fence_begin_signalling);

void dma_fence_end_signalling(bool cookie)
{
}
EXPORT_SYMBOL(dma_fence_end_signalling);

/**
 * dma_fence_signal_timestamp_locked - tell that the work is over
 * @fence: the fence to signal
 * @timestamp: when that was, by CLOCK_MONOTONIC
 *
 * Like dma_fence_signal_timestamp(), for callers that hold the fence lock.
 * An error has to be there already, see dma_fence_set_error().
 *
 * Return: 0, or -EINVAL when @fence had been signalled before.
 */
int dma_fence_signal_timestamp_locked(struct dma_fence *fence,
				      ktime_t timestamp)
{
	struct dma_fence_cb *cur, *tmp;
	struct list_head cb_list;

	lockdep_assert_held(fence->lock);

	if (unlikely(test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT,
				      &fence->flags)))
		return -EINVAL;

	trace_dma_fence_signaled(fence);

	/* The timestamp takes the list's place */
	list_replace(&fence->cb_list, &cb_list);
	fence->timestamp = timestamp;
	set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags);

	list_for_each_entry_safe(cur, tmp, &cb_list, node) {
		INIT_LIST_HEAD(&cur->node);
		cur->func(fence, cur);
	}

	return 0;
}
EXPORT_SYMBOL(dma_fence_signal_timestamp_locked);

/**
 * dma_fence_signal_timestamp - tell that the work is over
 * @fence: the fence to signal
 * @timestamp: when that was, by CLOCK_MONOTONIC
 *
 * Like dma_fence_signal(), for hardware that knows the time better.
 *
 * Return: 0, or -EINVAL when @fence had been signalled before.
 */
int dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp)
{
	unsigned long flags;
	int ret;

	if (!fence)
		return -EINVAL;

	spin_lock_irqsave(fence->lock, flags);
	ret = dma_fence_signal_timestamp_locked(fence, timestamp);
	spin_unlock_irqrestore(fence->lock, flags);

	return ret;
}
EXPORT_SYMBOL(dma_fence_signal_timestamp);

/**
 * dma_fence_signal_locked - tell that the work is over
 * @fence: the fence to signal
 *
 * Like dma_fence_signal(), for callers that hold the fence lock.
 *
 * Return: 0, or -EINVAL when @fence had been signalled before.
 */
int dma_fence_signal_locked(struct dma_fence *fence)
{
	return dma_fence_signal_timestamp_locked(fence, ktime_get());
}
EXPORT_SYMBOL(dma_fence_signal_locked);

/**
 * dma_fence_signal - tell that the work is over
 * @fence: the fence to signal
 *
 * Only the first call counts. When the work failed, dma_fence_set_error() has
 * to be called before this.
 *
 * Return: 0, or -EINVAL when @fence had been signalled before.
 */
int dma_fence_signal(struct dma_fence *fence)
{
	unsigned long flags;
	bool tmp;
	int ret;

	if (!fence)
		return -EINVAL;

	tmp = dma_fence_begin_signalling();

	spin_lock_irqsave(fence->lock, flags);
	ret = dma_fence_signal_timestamp_locked(fence, ktime_get());
	spin_unlock_irqrestore(fence->lock, flags);

	dma_fence_end_signalling(tmp);

	return ret;
}
EXPORT_SYMBOL(dma_fence_signal);

void dma_fence_free(struct dma_fence *fence)
{
	kfree_rcu(fence, rcu);
}
EXPORT_SYMBOL(dma_fence_free);

void dma_fence_release(struct kref *kref)
{
	struct dma_fence *fence = container_of(kref, struct dma_fence, refcount);
	unsigned long flags;

	/* Someone still waits, and nobody is left who could signal */
	if (WARN_ON(!list_empty(&fence->cb_list) &&
		    !test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))) {
		spin_lock_irqsave(fence->lock, flags);
		fence->error = -EDEADLK;
		dma_fence_signal_locked(fence);
		spin_unlock_irqrestore(fence->lock, flags);
	}

	if (fence->ops->release)
		fence->ops->release(fence);
	else
		dma_fence_free(fence);
}
EXPORT_SYMBOL(dma_fence_release);

static bool __dma_fence_enable_signaling(struct dma_fence *fence)
{
	lockdep_assert_held(fence->lock);

	if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))
		return false;

	if (!test_and_set_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &fence->flags) &&
	    fence->ops->enable_signaling && !fence->ops->enable_signaling(fence)) {
		dma_fence_signal_locked(fence);
		return false;
	}

	return true;
}

void dma_fence_enable_sw_signaling(struct dma_fence *fence)
{
	unsigned long flags;

	spin_lock_irqsave(fence->lock, flags);
	__dma_fence_enable_signaling(fence);
	spin_unlock_irqrestore(fence->lock, flags);
}
EXPORT_SYMBOL(dma_fence_enable_sw_signaling);

int dma_fence_add_callback(struct dma_fence *fence, struct dma_fence_cb *cb,
			   dma_fence_func_t func)
{
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(fence->lock, flags);
	if (__dma_fence_enable_signaling(fence)) {
		cb->func = func;
		list_add_tail(&cb->node, &fence->cb_list);
	} else {
		INIT_LIST_HEAD(&cb->node);
		ret = -ENOENT;
	}
	spin_unlock_irqrestore(fence->lock, flags);

	return ret;
}
EXPORT_SYMBOL(dma_fence_add_callback);

int dma_fence_get_status(struct dma_fence *fence)
{
	unsigned long flags;
	int status;

	spin_lock_irqsave(fence->lock, flags);
	status = dma_fence_get_status_locked(fence);
	spin_unlock_irqrestore(fence->lock, flags);

	return status;
}
EXPORT_SYMBOL(dma_fence_get_status);

void dma_fence_init(struct dma_fence *fence, const struct dma_fence_ops *ops,
		    spinlock_t *lock, u64 context, u64 seqno)
{
	kref_init(&fence->refcount);
	fence->ops = ops;
	INIT_LIST_HEAD(&fence->cb_list);
	fence->context = context;
	fence->seqno = seqno;
	fence->lock = lock;
	fence->flags = 0;
	fence->error = 0;

	trace_dma_fence_init(fence);
}
EXPORT_SYMBOL(dma_fence_init);
