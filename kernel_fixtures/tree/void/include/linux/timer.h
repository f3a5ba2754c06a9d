/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/types.h>

struct timer_list {
	void (*function)(struct timer_list *t);
};

#define from_timer(var, timer, member)	container_of(timer, typeof(*var), member)

void timer_setup(struct timer_list *timer, void (*fn)(struct timer_list *t), unsigned int flags);
int mod_timer(struct timer_list *timer, unsigned long expires);

#endif
