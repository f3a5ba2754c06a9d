/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define BIT(nr)			(1UL << (nr))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

extern unsigned long jiffies;

unsigned long msecs_to_jiffies(unsigned int ms);
void __attribute__((__format__(__printf__, 1, 2))) pr_err(const char *fmt, ...);
void __attribute__((__format__(__printf__, 1, 2))) pr_debug(const char *fmt, ...);

#endif
