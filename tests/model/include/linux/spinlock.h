/* SPDX-License-Identifier: GPL-2.0-only */
/* Locks that count: there is one thread, so that a lock taken twice is a deadlock. */
#ifndef MODEL_LINUX_SPINLOCK_H
#define MODEL_LINUX_SPINLOCK_H

typedef struct {
	int depth;
} spinlock_t;

void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
void model_unlock_guard(spinlock_t **lock);

static inline spinlock_t *model_lock_guard(spinlock_t *lock)
{
	spin_lock(lock);
	return lock;
}

#define spin_lock_irq(lock) spin_lock(lock)
#define spin_unlock_irq(lock) spin_unlock(lock)
#define spin_lock_irqsave(lock, flags) ((flags) = 0x246, spin_lock(lock))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock(lock))

#define MODEL_JOIN_(a, b) a##b
#define MODEL_JOIN(a, b) MODEL_JOIN_(a, b)
#define MODEL_GUARD spinlock_t *MODEL_JOIN(guard_, __COUNTER__) __attribute__((cleanup(model_unlock_guard)))
#define guard(class) model_guard_##class
#define model_guard_spinlock(lock) MODEL_GUARD = model_lock_guard(lock)
#define model_guard_spinlock_irq(lock) MODEL_GUARD = model_lock_guard(lock)
#define model_guard_spinlock_irqsave(lock) MODEL_GUARD = model_lock_guard(lock)
#define scoped_guard(class, lock) \
	for (MODEL_GUARD = model_lock_guard(lock), *guard_once = (lock); guard_once; guard_once = NULL)

#endif
