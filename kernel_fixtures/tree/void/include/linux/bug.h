/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/compiler.h>

#define WARN_ON(cond)		({ bool __cond = !!(cond); unlikely(__cond); })
#define WARN_ON_ONCE(cond)	WARN_ON(cond)
#define WARN(cond, fmt, ...)	WARN_ON(cond)
#define BUG_ON(cond)		((void)WARN_ON(cond))

#endif
