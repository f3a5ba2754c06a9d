/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fence API as fixtures see it: MODEL_API says which one. The new API has the
 * names that drivers call as macros over functions that the old ones share.
 */
#ifndef MODEL_LINUX_DMA_FENCE_H
#define MODEL_LINUX_DMA_FENCE_H

#include <linux/err.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define MODEL_VOID 1 /* signalling returns nothing */
#define MODEL_INT 2 /* signalling returns 0 or -EINVAL */
#define MODEL_ERR 3 /* signalling takes the error */

struct dma_fence;
struct dma_fence_cb;

typedef void (*dma_fence_func_t)(struct dma_fence *fence, struct dma_fence_cb *cb);

struct dma_fence_cb {
	struct list_head node;
	dma_fence_func_t func;
};

struct dma_fence_ops {
	bool (*signaled)(struct dma_fence *fence);
};

enum dma_fence_flag_bits {
	DMA_FENCE_FLAG_SIGNALED_BIT,
	DMA_FENCE_FLAG_TIMESTAMP_BIT,
};

struct dma_fence {
	spinlock_t *lock;
	const struct dma_fence_ops *ops;
	struct list_head cb_list;
	ktime_t timestamp;
	unsigned long flags;
	int refcount;
	int error;

	/* The model's own. */
	spinlock_t own_lock;
	struct dma_fence_cb waiters[2];
	int checked_error; /* what ->error was before someone wrote to it by hand */
	bool work_done; /* what ops->signaled says */
	int warnings; /* counted: that the error is checked in the signal moves them, which nobody minds */
};

/* What signalling does, for both sides; the result is -EINVAL for a signaled fence. */
int old_signal(struct dma_fence *fence);
int old_signal_locked(struct dma_fence *fence);
int old_signal_timestamp(struct dma_fence *fence, ktime_t timestamp);
int old_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp);
bool old_check_and_signal(struct dma_fence *fence);
bool old_check_and_signal_locked(struct dma_fence *fence);
void old_set_error(struct dma_fence *fence, int error);
bool old_is_signaled(struct dma_fence *fence);
bool old_is_signaled_locked(struct dma_fence *fence);
void new_signal(struct dma_fence *fence, int err);
void new_signal_locked(struct dma_fence *fence, int err);
void new_signal_timestamp(struct dma_fence *fence, ktime_t timestamp, int err);
void new_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp, int err);
bool new_check_and_signal(struct dma_fence *fence, int err);
bool new_check_and_signal_locked(struct dma_fence *fence, int err);
void new_set_error(struct dma_fence *fence, int error);
bool new_is_signaled(struct dma_fence *fence);
bool new_is_signaled_locked(struct dma_fence *fence);

#if MODEL_API == MODEL_ERR
#define dma_fence_signal new_signal
#define dma_fence_signal_locked new_signal_locked
#define dma_fence_signal_timestamp new_signal_timestamp
#define dma_fence_signal_timestamp_locked new_signal_timestamp_locked
#define dma_fence_check_and_signal new_check_and_signal
#define dma_fence_check_and_signal_locked new_check_and_signal_locked
#define dma_fence_set_error new_set_error
#define dma_fence_is_signaled new_is_signaled
#define dma_fence_is_signaled_locked new_is_signaled_locked
#else
#define dma_fence_set_error old_set_error
#define dma_fence_is_signaled old_is_signaled
#define dma_fence_is_signaled_locked old_is_signaled_locked
#if MODEL_API == MODEL_INT
#define dma_fence_signal old_signal
#define dma_fence_signal_locked old_signal_locked
#define dma_fence_signal_timestamp old_signal_timestamp
#define dma_fence_signal_timestamp_locked old_signal_timestamp_locked
#else
#define dma_fence_signal(fence) ((void)old_signal(fence))
#define dma_fence_signal_locked(fence) ((void)old_signal_locked(fence))
#define dma_fence_signal_timestamp(fence, time) ((void)old_signal_timestamp(fence, time))
#define dma_fence_signal_timestamp_locked(fence, time) ((void)old_signal_timestamp_locked(fence, time))
#define dma_fence_check_and_signal old_check_and_signal
#define dma_fence_check_and_signal_locked old_check_and_signal_locked
#endif
#endif

bool dma_fence_test_signaled_flag(struct dma_fence *fence);
struct dma_fence *dma_fence_get(struct dma_fence *fence);
void dma_fence_put(struct dma_fence *fence);
spinlock_t *dma_fence_spinlock(struct dma_fence *fence);

#define dma_fence_lock_irqsave(fence, flags) spin_lock_irqsave(dma_fence_spinlock(fence), flags)
#define dma_fence_unlock_irqrestore(fence, flags) spin_unlock_irqrestore(dma_fence_spinlock(fence), flags)

/* The rest of the kernel that fixtures call. */
extern unsigned long jiffies;
ktime_t ktime_get(void);
u32 readl(const void *address);
bool model_warn(bool condition);
void model_device_log(struct device *dev, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define WARN_ON(condition) model_warn(condition)
#define WARN_ON_ONCE(condition) model_warn(condition)
#define dev_dbg model_device_log
#define dev_err model_device_log

#endif
