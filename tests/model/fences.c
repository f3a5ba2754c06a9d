// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small dma_fence in user space, with the API before and after.
 */
#include "model.h"

#include <stdlib.h>

#define MAX_FENCES 64
#define MAX_SIGNALS 100 /* of a function; more, and it never ends */

static struct named_fence {
	struct dma_fence *fence;
	const char *name;
} fences[MAX_FENCES];
static int count;
static int signals;
static int excuses;
static bool null_warns;

static bool excused(enum model_excuse excuse)
{
	return excuses & excuse;
}

void model_begin(int case_excuses, bool case_null_warns)
{
	model_begin_kernel();
	count = signals = 0;
	excuses = case_excuses;
	null_warns = case_null_warns;
}

void model_end(void)
{
	for (int i = 0; i < count; i++) {
		const struct dma_fence *fence = fences[i].fence;

		model_log("end %s: error %d, flags %lx, time %ld, lock %d, references %d, warnings %d", fences[i].name,
			  fence->error, fence->flags, (long)fence->timestamp, fence->own_lock.depth, fence->refcount,
			  fence->warnings);
	}
}

/* Not model_name_of(): a fence that is the first member has its struct's address. */
static const char *fence_name(const struct dma_fence *fence)
{
	for (int i = 0; i < count; i++)
		if (fences[i].fence == fence)
			return fences[i].name;
	return "unknown fence";
}

static void waiter(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	model_log("callback %d of %s: error %d, flags %lx, time %ld, lock %d", (int)(cb - fence->waiters),
		  fence_name(fence), fence->error, fence->flags, (long)fence->timestamp, fence->lock->depth);
}

static bool work_done(struct dma_fence *fence)
{
	return fence->work_done;
}

static const struct dma_fence_ops model_ops = { .signaled = work_done };

void model_fence(struct dma_fence *fence, const char *name, enum model_fence_state state)
{
	bool signaled = state == MODEL_SIGNALED || state == MODEL_SIGNALED_FAILED;

	if (count == MAX_FENCES)
		abort();
	fences[count++] = (struct named_fence){ fence, name };
	model_name(fence, name);
	memset(fence, 0, sizeof(*fence));
	fence->lock = &fence->own_lock;
	fence->ops = &model_ops;
	fence->refcount = 2;
	fence->work_done = state == MODEL_WORK_DONE;
	if (state == MODEL_FAILED_EARLY || state == MODEL_SIGNALED_FAILED)
		fence->error = fence->checked_error = MODEL_EARLY_ERROR;
	INIT_LIST_HEAD(&fence->cb_list);
	if (signaled) {
		fence->flags = BIT(DMA_FENCE_FLAG_SIGNALED_BIT) | BIT(DMA_FENCE_FLAG_TIMESTAMP_BIT);
		fence->timestamp = 1;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(fence->waiters); i++) {
		fence->waiters[i].func = waiter;
		list_add_tail(&fence->waiters[i].node, &fence->cb_list);
	}
}

bool dma_fence_test_signaled_flag(struct dma_fence *fence)
{
	model_oops_on_null(fence);
	return test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
}

struct dma_fence *dma_fence_get(struct dma_fence *fence)
{
	if (fence)
		model_log("get %s: %d", fence_name(fence), ++fence->refcount);
	return fence;
}

void dma_fence_put(struct dma_fence *fence)
{
	if (fence)
		model_log("put %s: %d", fence_name(fence), --fence->refcount);
}

spinlock_t *dma_fence_spinlock(struct dma_fence *fence)
{
	model_oops_on_null(fence);
	return fence->lock;
}

static void store(struct dma_fence *fence, int error)
{
	if (error >= 0 || error < -MAX_ERRNO)
		fence->warnings++;
	fence->error = fence->checked_error = error;
}

static int mark_signaled(struct dma_fence *fence, ktime_t timestamp)
{
	struct dma_fence_cb *cb, *next;

	if (++signals > MAX_SIGNALS)
		model_stop("endless");
	if (dma_fence_test_signaled_flag(fence))
		return -EINVAL;
	fence->timestamp = timestamp;
	set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
	set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags);
	list_for_each_entry_safe(cb, next, &fence->cb_list, node) {
		list_del(&cb->node);
		cb->func(fence, cb);
	}
	return 0;
}

static bool signals_null(struct dma_fence *fence)
{
	if (!fence && null_warns)
		model_log("WARN NULL is signaled");
	return !fence;
}

/* The API before. */

void old_set_error(struct dma_fence *fence, int error)
{
	if (dma_fence_test_signaled_flag(fence)) {
		if (excused(MODEL_LATE_ERROR))
			return;
		fence->warnings++;
	}
	if (error || !excused(MODEL_ZERO_ERROR))
		store(fence, error);
}

/* A write to ->error cannot be seen when it happens; the signal behind it is where an excuse counts. */
static void look_at_store_by_hand(struct dma_fence *fence)
{
	bool signaled = dma_fence_test_signaled_flag(fence);

	if (fence->error == fence->checked_error)
		return;
	if ((signaled && excused(MODEL_LATE_ERROR)) || (!fence->error && excused(MODEL_ZERO_ERROR)))
		fence->error = fence->checked_error;
	else if (fence->error && excused(MODEL_UNCHECKED_STORE))
		store(fence, fence->error);
	fence->checked_error = fence->error;
}

int old_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp)
{
	look_at_store_by_hand(fence);
	return mark_signaled(fence, timestamp);
}

int old_signal_timestamp(struct dma_fence *fence, ktime_t timestamp)
{
	int ret;

	if (signals_null(fence))
		return -EINVAL;
	spin_lock(fence->lock);
	ret = old_signal_timestamp_locked(fence, timestamp);
	spin_unlock(fence->lock);
	return ret;
}

int old_signal_locked(struct dma_fence *fence)
{
	return old_signal_timestamp_locked(fence, MODEL_NOW);
}

int old_signal(struct dma_fence *fence)
{
	return old_signal_timestamp(fence, MODEL_NOW);
}

bool old_check_and_signal_locked(struct dma_fence *fence)
{
	return old_signal_locked(fence);
}

bool old_check_and_signal(struct dma_fence *fence)
{
	model_oops_on_null(fence);
	return old_signal(fence);
}

bool old_is_signaled_locked(struct dma_fence *fence)
{
	if (dma_fence_test_signaled_flag(fence))
		return true;
	if (excused(MODEL_LOST_POLL) || !fence->ops->signaled(fence))
		return false;
	old_signal_locked(fence);
	return true;
}

bool old_is_signaled(struct dma_fence *fence)
{
	if (dma_fence_test_signaled_flag(fence))
		return true;
	if (excused(MODEL_LOST_POLL) || !fence->ops->signaled(fence))
		return false;
	old_signal(fence);
	return true;
}

/* The API after; it takes no excuses. */

void new_set_error(struct dma_fence *fence, int error)
{
	if (dma_fence_test_signaled_flag(fence))
		fence->warnings++;
	store(fence, error);
}

static bool signal_once(struct dma_fence *fence, ktime_t timestamp, int err)
{
	if (!dma_fence_test_signaled_flag(fence) && err)
		store(fence, err);
	return mark_signaled(fence, timestamp);
}

void new_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp, int err)
{
	signal_once(fence, timestamp, err);
}

void new_signal_timestamp(struct dma_fence *fence, ktime_t timestamp, int err)
{
	if (signals_null(fence))
		return;
	spin_lock(fence->lock);
	signal_once(fence, timestamp, err);
	spin_unlock(fence->lock);
}

void new_signal_locked(struct dma_fence *fence, int err)
{
	signal_once(fence, MODEL_NOW, err);
}

void new_signal(struct dma_fence *fence, int err)
{
	new_signal_timestamp(fence, MODEL_NOW, err);
}

bool new_check_and_signal_locked(struct dma_fence *fence, int err)
{
	return signal_once(fence, MODEL_NOW, err);
}

bool new_check_and_signal(struct dma_fence *fence, int err)
{
	bool was_signaled;

	model_oops_on_null(fence);
	spin_lock(fence->lock);
	was_signaled = signal_once(fence, MODEL_NOW, err);
	spin_unlock(fence->lock);
	return was_signaled;
}

bool new_is_signaled_locked(struct dma_fence *fence)
{
	if (dma_fence_test_signaled_flag(fence))
		return true;
	if (!fence->ops->signaled(fence))
		return false;
	new_signal_locked(fence, 0);
	return true;
}

bool new_is_signaled(struct dma_fence *fence)
{
	if (dma_fence_test_signaled_flag(fence))
		return true;
	if (!fence->ops->signaled(fence))
		return false;
	new_signal(fence, 0);
	return true;
}
