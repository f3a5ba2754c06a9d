// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the fence core of a fixture kernel in user space. Includes its dma-fence.c, with WARN_ON() counted and a look
 * at the fence when its bit is set; SIGNAL_RETURNS is 1 where signalling returns something.
 *
 * Usage: PROGRAM < CASES, a line for each: function, state, error stored before, err. For each it prints the result,
 * the error at last, warnings, and the error at the bit and in a callback, or "-" where these were not reached.
 */
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/errno.h>

int printf(const char *format, ...);
int scanf(const char *format, ...);
int snprintf(char *text, unsigned long size, const char *format, ...);
int strcmp(const char *a, const char *b);
void exit(int status) __attribute__((noreturn));

static int warnings;
static bool raced; /* somebody sets the bit without the lock, after the test of the core */
static char at_bit[16], in_callback[16];

static bool watched_test_and_set_bit(unsigned int nr, unsigned long *flags);

#undef WARN_ON
#define WARN_ON(cond) ({ bool warned = !!(cond); warnings += warned; warned; })
#define test_and_set_bit watched_test_and_set_bit

#include DMA_FENCE_C

#undef test_and_set_bit

static bool watched_test_and_set_bit(unsigned int nr, unsigned long *flags)
{
	if (nr == DMA_FENCE_FLAG_SIGNALED_BIT) {
		snprintf(at_bit, sizeof(at_bit), "%d", container_of(flags, struct dma_fence, flags)->error);
		if (raced)
			set_bit(nr, flags);
	}
	return test_and_set_bit(nr, flags);
}

/* Of the kernel, what the core calls. */

static int held;

static void __attribute__((noreturn)) broken(const char *what)
{
	printf("broken: %s\n", what);
	exit(1);
}

unsigned long __spin_lock_irqsave(spinlock_t *lock)
{
	if (lock->locked++)
		broken("deadlock");
	held++;
	return 0;
}

void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	if (!lock->locked--)
		broken("unlock");
	held--;
}

void lockdep_assert_held(spinlock_t *lock)
{
	if (!lock->locked)
		broken("not locked");
}

void spin_lock_init(spinlock_t *lock)
{
	lock->locked = 0;
}

void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list->prev = list;
}

void list_add_tail(struct list_head *entry, struct list_head *head)
{
	entry->prev = head->prev;
	entry->next = head;
	head->prev->next = entry;
	head->prev = entry;
}

void list_replace(struct list_head *old, struct list_head *entry)
{
	INIT_LIST_HEAD(entry);
	if (old->next == old)
		return;
	entry->next = old->next;
	entry->prev = old->prev;
	entry->next->prev = entry;
	entry->prev->next = entry;
}

bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

ktime_t ktime_get(void)
{
	return 7;
}

int atomic_inc_return(atomic_t *v)
{
	return ++v->counter;
}

void kref_init(struct kref *kref)
{
	kref->refcount.counter = 1;
}

void rcu_read_lock(void) {}
void rcu_read_unlock(void) {}
void kfree(const void *ptr) {}

/* A fence, and what is done to it. */

static int stored_by_callback;

static void callback(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	if (!held || !test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))
		broken("callback");
	snprintf(in_callback, sizeof(in_callback), "%d", fence->error);
}

static bool done(struct dma_fence *fence)
{
	if (stored_by_callback)
		fence->error = stored_by_callback;
	return true;
}

static bool not_to_be_enabled(struct dma_fence *fence)
{
	return !done(fence);
}

static const struct dma_fence_ops ops = { .signaled = done };
static const struct dma_fence_ops ops_that_cannot_enable = { .enable_signaling = not_to_be_enabled };

#if SIGNAL_RETURNS
#define SIGNAL(call) (call)
#else
#define SIGNAL(call) ({ call; 0; })
#endif
#define LOCKED(call)					\
	({						\
		unsigned long flags;			\
		int got;				\
							\
		spin_lock_irqsave(&lock, flags);	\
		got = call;				\
		spin_unlock_irqrestore(&lock, flags);	\
		got;					\
	})

int main(void)
{
	char function[64], state[16];
	int prior, err;

	while (scanf("%63s %15s %d %d", function, state, &prior, &err) == 4) {
		struct dma_fence_cb cb = { .func = callback };
		struct dma_fence fence = {};
		spinlock_t lock = {};
		int result = 0;

		raced = false;
		stored_by_callback = 0;
		dma_fence_init(&fence, !strcmp(function, "enable") ? &ops_that_cannot_enable : &ops, &lock, 1, 1);
		list_add_tail(&cb.node, &fence.cb_list);
		fence.error = prior;
		if (!strcmp(state, "signaled"))
			set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence.flags);
		raced = !strcmp(state, "raced");
		warnings = 0;
		at_bit[0] = in_callback[0] = '-';
		at_bit[1] = in_callback[1] = 0;

		if (!strcmp(function, "dma_fence_signal"))
			result = SIGNAL(dma_fence_signal(&fence, err));
		else if (!strcmp(function, "dma_fence_signal_locked"))
			result = LOCKED(SIGNAL(dma_fence_signal_locked(&fence, err)));
		else if (!strcmp(function, "dma_fence_signal_timestamp"))
			result = SIGNAL(dma_fence_signal_timestamp(&fence, 7, err));
		else if (!strcmp(function, "dma_fence_signal_timestamp_locked"))
			result = LOCKED(SIGNAL(dma_fence_signal_timestamp_locked(&fence, 7, err)));
		else if (!strcmp(function, "dma_fence_check_and_signal"))
			result = dma_fence_check_and_signal(&fence, err);
		else if (!strcmp(function, "dma_fence_check_and_signal_locked"))
			result = LOCKED(dma_fence_check_and_signal_locked(&fence, err));
		else if (!strcmp(function, "null"))
			result = SIGNAL(dma_fence_signal(NULL, err));
		else if (!strcmp(function, "release"))
			dma_fence_release(&fence.refcount);
		else if (!strcmp(function, "poll") && (stored_by_callback = err))
			result = dma_fence_is_signaled(&fence);
		else if (!strcmp(function, "poll_locked") && (stored_by_callback = err))
			result = LOCKED(dma_fence_is_signaled_locked(&fence));
		else if (!strcmp(function, "enable") && (stored_by_callback = err))
			result = dma_fence_add_callback(&fence, &(struct dma_fence_cb){}, callback);
		else
			broken(function);
		if (held)
			broken("still locked");
		printf("%d %d %d %s %s\n", result, fence.error, warnings, at_bit, in_callback);
	}
	return 0;
}
