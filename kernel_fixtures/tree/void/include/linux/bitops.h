/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/types.h>

static inline bool test_bit(unsigned int nr, const volatile unsigned long *addr)
{
	return *addr & (1UL << nr);
}

static inline void set_bit(unsigned int nr, volatile unsigned long *addr)
{
	__sync_fetch_and_or(addr, 1UL << nr);
}

static inline bool test_and_set_bit(unsigned int nr, volatile unsigned long *addr)
{
	return __sync_fetch_and_or(addr, 1UL << nr) & (1UL << nr);
}

#endif
