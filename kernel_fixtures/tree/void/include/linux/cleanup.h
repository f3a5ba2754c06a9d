/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

/* One class per kind of lock; what it has taken is given back at the end of the scope. */
#define DEFINE_LOCK_CLASS(name, type, take, release) \
typedef struct { type *lock; unsigned long flags; } class_##name##_t; \
static inline class_##name##_t class_##name##_constructor(type *l) \
{ \
	class_##name##_t _T = { .lock = l }; \
	take; \
	return _T; \
} \
static inline void class_##name##_destructor(class_##name##_t *t) \
{ \
	class_##name##_t _T = *t; \
	release; \
}

#define __cleanup(fn)		__attribute__((__cleanup__(fn)))
#define __guard_name(a, b)	a ## b
#define __guard_unique(a, b)	__guard_name(a, b)

#define guard(name) \
	class_##name##_t __guard_unique(guard_, __COUNTER__) \
		__cleanup(class_##name##_destructor) = class_##name##_constructor
#define scoped_guard(name, args...) \
	for (class_##name##_t scope __cleanup(class_##name##_destructor) = \
	     class_##name##_constructor(args), *done = NULL; !done; done = (void *)1)
#define __free(name)		__cleanup(__free_##name)

#endif
