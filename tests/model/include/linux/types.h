/* SPDX-License-Identifier: GPL-2.0-only */
/* What fixtures use of the kernel's types and small helpers, in user space. */
#ifndef MODEL_LINUX_TYPES_H
#define MODEL_LINUX_TYPES_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Of these, the C library has other names or none. */
#ifndef ERESTART
#define ERESTART 85
#endif

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;
typedef s64 ktime_t;

#define __iomem
#define __rcu
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

/* Like the kernel's, refuses to compare operands of different types. */
#define min(x, y)								\
	({									\
		_Static_assert(__builtin_types_compatible_p(__typeof__(x), __typeof__(y)), "min()");	\
		__typeof__(x) min_x = (x), min_y = (y);				\
		min_x < min_y ? min_x : min_y;					\
	})

#define BIT(nr) (1UL << (nr))
#define test_bit(nr, word) (!!(*(word) & BIT(nr)))
#define set_bit(nr, word) ((void)(*(word) |= BIT(nr)))

struct work_struct {
	void *entry;
};

struct delayed_work {
	struct work_struct work;
};

struct device;

#endif
