/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	int counter;
} atomic_t;

int atomic_read(const atomic_t *v);
void atomic_set(atomic_t *v, int i);
void atomic_inc(atomic_t *v);
void atomic_dec(atomic_t *v);
int atomic_inc_return(atomic_t *v);
bool atomic_dec_and_test(atomic_t *v);
int atomic_xchg(atomic_t *v, int i);

#define xchg(ptr, new)			__sync_lock_test_and_set(ptr, new)
#define cmpxchg(ptr, old, new)		__sync_val_compare_and_swap(ptr, old, new)
#define try_cmpxchg(ptr, oldp, new) \
	__atomic_compare_exchange_n(ptr, oldp, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

#endif
