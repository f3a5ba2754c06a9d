/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/types.h>

typedef s64 ktime_t;

ktime_t ktime_get(void);
ktime_t ktime_add_ns(ktime_t t, u64 ns);
bool ktime_after(ktime_t a, ktime_t b);

#endif
