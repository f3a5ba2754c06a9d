/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

struct device;

#define __printf_dev	__attribute__((__format__(__printf__, 2, 3)))

void __printf_dev dev_err(const struct device *dev, const char *fmt, ...);
void __printf_dev dev_warn(const struct device *dev, const char *fmt, ...);
void __printf_dev dev_dbg(const struct device *dev, const char *fmt, ...);

#endif
