/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/compiler.h>
#include <linux/types.h>

void rcu_read_lock(void);
void rcu_read_unlock(void);

#define rcu_dereference(p)		(p)
#define RCU_INIT_POINTER(p, v)		((p) = (v))
#define kfree_rcu(ptr, member)		kfree(ptr)

#endif
