/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What spatch must be told to parse kernel code: macros that stand for a loop, a statement or an attribute.
 * Without a line here, spatch skips the whole function that uses the macro, and says nothing about it.
 */

/* linux/cleanup.h: a block that holds a lock reads like a loop */
#define scoped_guard(...) YACFE_ITERATOR
#define scoped_cond_guard(...) YACFE_ITERATOR
#define scoped_class(...) YACFE_ITERATOR
#define __free(x) __maybe_unused
#define __cleanup(x) __maybe_unused

/* drm/drm_exec.h */
#define drm_exec_until_all_locked(x) YACFE_ITERATOR
#define drm_exec_for_each_locked_object(...) YACFE_ITERATOR

/* attributes */
#define __counted_by(x)
#define __counted_by_le(x)
#define __counted_by_be(x)
#define __counted_by_ptr(x)
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __guarded_by(...)
#define __pt_guarded_by(...)
#define __rcu
