/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_ARGS_H
#define _LINUX_ARGS_H

#define __COUNT_ARGS(_0, _1, _2, _3, _4, _5, _6, n, ...)	n
#define COUNT_ARGS(args...)	__COUNT_ARGS(, ##args, 6, 5, 4, 3, 2, 1, 0)

#define __CONCATENATE(a, b)	a ## b
#define CONCATENATE(a, b)	__CONCATENATE(a, b)

#endif
