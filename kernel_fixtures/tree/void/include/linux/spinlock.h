/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/cleanup.h>
#include <linux/types.h>

typedef struct {
	int locked;
} spinlock_t;

#define DEFINE_SPINLOCK(name)	spinlock_t name

void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
void spin_lock_irq(spinlock_t *lock);
void spin_unlock_irq(spinlock_t *lock);
unsigned long __spin_lock_irqsave(spinlock_t *lock);
void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags);
void lockdep_assert_held(spinlock_t *lock);

#define spin_lock_irqsave(lock, flags)	((flags) = __spin_lock_irqsave(lock))

DEFINE_LOCK_CLASS(spinlock, spinlock_t, spin_lock(l), spin_unlock(_T.lock))
DEFINE_LOCK_CLASS(spinlock_irq, spinlock_t, spin_lock_irq(l), spin_unlock_irq(_T.lock))
DEFINE_LOCK_CLASS(spinlock_irqsave, spinlock_t, spin_lock_irqsave(l, _T.flags),
		  spin_unlock_irqrestore(_T.lock, _T.flags))

#endif
