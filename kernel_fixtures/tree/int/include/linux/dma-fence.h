/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_DMA_FENCE_H
#define _LINUX_DMA_FENCE_H

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

struct dma_fence;
struct dma_fence_ops;
struct dma_fence_cb;

/**
 * struct dma_fence - a promise that some work will end
 * @lock: the issuer's lock
 * @ops: the issuer's callbacks
 * @cb_list: who wants to be told
 * @timestamp: when it was signalled, takes the place of @cb_list
 * @rcu: for the release, takes the place of @timestamp
 * @context: the timeline
 * @seqno: the place on the timeline
 * @flags: bits of enum dma_fence_flag_bits, DMA_FENCE_FLAG_SIGNALED_BIT among them
 * @refcount: who holds it
 * @error: a negative errno when the work failed; has to be stored with
 *	dma_fence_set_error() before the fence is signalled with dma_fence_signal()
 */
struct dma_fence {
	spinlock_t *lock;
	const struct dma_fence_ops *ops;
	union {
		struct list_head cb_list;
		ktime_t timestamp;
		struct rcu_head rcu;
	};
	u64 context;
	u64 seqno;
	unsigned long flags;
	struct kref refcount;
	int error;
};

enum dma_fence_flag_bits {
	DMA_FENCE_FLAG_SIGNALED_BIT,
	DMA_FENCE_FLAG_TIMESTAMP_BIT,
	DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT,
	DMA_FENCE_FLAG_USER_BITS, /* always the last */
};

typedef void (*dma_fence_func_t)(struct dma_fence *fence,
				 struct dma_fence_cb *cb);

/**
 * struct dma_fence_cb - someone who wants to be told
 * @node: link in the fence's list
 * @func: called with the fence lock held
 */
struct dma_fence_cb {
	struct list_head node;
	dma_fence_func_t func;
};

/**
 * struct dma_fence_ops - what an issuer of fences provides
 * @get_driver_name: who issued it
 * @get_timeline_name: on which timeline
 * @enable_signaling: start to care, false when the work is over already
 * @signaled: poll the hardware, true when the work is over
 * @release: free the fence, optional
 */
struct dma_fence_ops {
	const char *(*get_driver_name)(struct dma_fence *fence);
	const char *(*get_timeline_name)(struct dma_fence *fence);
	bool (*enable_signaling)(struct dma_fence *fence);
	bool (*signaled)(struct dma_fence *fence);
	void (*release)(struct dma_fence *fence);
};

void dma_fence_init(struct dma_fence *fence, const struct dma_fence_ops *ops,
		    spinlock_t *lock, u64 context, u64 seqno);
void dma_fence_release(struct kref *kref);
void dma_fence_free(struct dma_fence *fence);

static inline void dma_fence_put(struct dma_fence *fence)
{
	if (fence)
		kref_put(&fence->refcount, dma_fence_release);
}

static inline struct dma_fence *dma_fence_get(struct dma_fence *fence)
{
	if (fence)
		kref_get(&fence->refcount);
	return fence;
}

bool dma_fence_begin_signalling(void);
void dma_fence_end_signalling(bool cookie);

int dma_fence_signal(struct dma_fence *fence);
int dma_fence_signal_locked(struct dma_fence *fence);
int dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp);
int dma_fence_signal_timestamp_locked(struct dma_fence *fence,
				      ktime_t timestamp);
int dma_fence_add_callback(struct dma_fence *fence,
			   struct dma_fence_cb *cb,
			   dma_fence_func_t func);
void dma_fence_enable_sw_signaling(struct dma_fence *fence);
u64 dma_fence_context_alloc(unsigned int num);

/**
 * dma_fence_is_signaled_locked - is the work of the fence over?
 * @fence: the fence, locked
 *
 * Asks the issuer when nobody has called dma_fence_signal_locked() so far.
 *
 * Return: true when it is, and the fence is signalled then.
 */
static inline bool
dma_fence_is_signaled_locked(struct dma_fence *fence)
{
	if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))
		return true;

	if (fence->ops->signaled && fence->ops->signaled(fence)) {
		dma_fence_signal_locked(fence);
		return true;
	}

	return false;
}

/**
 * dma_fence_is_signaled - is the work of the fence over?
 * @fence: the fence
 *
 * Asks the issuer when nobody has called dma_fence_signal() so far.
 *
 * Return: true when it is, and the fence is signalled then.
 */
static inline bool
dma_fence_is_signaled(struct dma_fence *fence)
{
	if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))
		return true;

	if (fence->ops->signaled && fence->ops->signaled(fence)) {
		dma_fence_signal(fence);
		return true;
	}

	return false;
}

/**
 * dma_fence_get_status_locked - how did it go?
 * @fence: the fence, locked
 *
 * Return: 0 when not signalled, 1 when it went well, else a negative errno.
 */
static inline int dma_fence_get_status_locked(struct dma_fence *fence)
{
	if (dma_fence_is_signaled_locked(fence))
		return fence->error ?: 1;
	return 0;
}

int dma_fence_get_status(struct dma_fence *fence);

/**
 * dma_fence_set_error - note that the work of the fence failed
 * @fence: the fence, not signalled yet
 * @error: a negative errno
 *
 * The error must be stored before dma_fence_signal() makes the end of the
 * work known, or nobody is going to see it.
 */
static inline void dma_fence_set_error(struct dma_fence *fence,
				       int error)
{
	WARN_ON(test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags));
	WARN_ON(error >= 0 || error < -MAX_ERRNO);

	fence->error = error;
}

#endif
