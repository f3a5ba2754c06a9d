# SPDX-License-Identifier: GPL-2.0-only
"""Which functions of the kernel lock, sleep, read hardware, defer work: told by their names.

Sources: include/linux/{spinlock,lockdep,wait,workqueue,irq_work,io}.h and the accessors of the drivers in 6.12
and 7.3. A name that is in none of these lists is followed into its definition, or unknown.
"""

import re


def _names(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


SIGNAL = _names(r"dma_fence_signal(_timestamp)?(_locked)?", r"dma_fence_check_and_signal(_locked)?")
TEST = _names(r"dma_fence_is_signaled(_locked)?", r"dma_fence_test_signaled_flag", r"dma_fence_get_status(_locked)?")

# What takes the lock of the fence that it is given; so does signalling it without _locked.
TAKING = _names(r"dma_fence_(add|remove)_callback", r"dma_fence_enable_(sw_)?signaling")
FENCE_LOCK = _names(r"dma_fence_lock_irq\w*")
FENCE_UNLOCK = _names(r"dma_fence_unlock_irq\w*")
LOCK = _names(r"(raw_)?spin_(try)?lock(_irq|_irqsave|_bh)?(_nested|_nest_lock)?", r"(raw_)?spin_lock_irqsave_nested")
UNLOCK = _names(r"(raw_)?spin_unlock(_irq|_irqrestore|_bh)?")
OTHER_LOCK = _names(
    r"(read|write)_lock(_irq|_irqsave|_bh)?", r"xa_lock(_irq|_irqsave|_bh)?", r"write_seq(lock|count_begin)\w*"
)
SCOPED = _names(r"guard", r"scoped_guard")  # the class is the first argument, the lock the second
ASSERT = _names(r"(lockdep_assert_held|assert_(raw_)?spin_locked)\w*", r"dma_fence_assert_held")
# These want the lock of the wait queue that is their first argument, and some drivers' fence lock is just that.
WAIT_QUEUE = _names(r"__add_wait_queue\w*", r"__remove_wait_queue", r"wake_up_(all_)?locked\w*", r"__wake_up_locked\w*")

SLEEP = _names(
    r"mutex_lock\w*", r"ww_mutex_lock\w*", r"dma_resv_lock\w*", r"down(_read|_write)?(_interruptible|_killable)?",
    r"(m|u|f)sleep\w*", r"usleep_range\w*", r"(io_)?schedule(_timeout\w*)?", r"wait_event\w*",
    r"wait_for_completion\w*", r"dma_fence_(default_)?wait\w*", r"dma_resv_wait\w*", r"flush_(delayed_)?work\w*",
    r"drain_workqueue", r"cancel_(delayed_)?work_sync", r"timer_(delete|shutdown)_sync", r"del_timer_sync",
    r"synchronize_(rcu|srcu|irq)\w*", r"might_sleep\w*", r"irq_work_sync", r"cond_resched",
)  # fmt: skip
SLEEPING_ALLOCATION = re.compile(r"\bGFP_KERNEL(_ACCOUNT)?\b")

DEFER = _names(
    r"irq_work_queue(_on)?", r"(queue|mod|schedule)_(delayed_|rcu_)?work(_on|_node)?",
    r"tasklet_(hi_)?schedule", r"kthread_(queue|mod)_(delayed_)?work", r"task_work_add",
)  # fmt: skip

HARDWARE = _names(
    r"(__raw_|hw_)?read[bwlq](_relaxed|_be)?", r"ioread(8|16|32|64)\w*", r"memcpy_fromio", r"in[bwl]",
    r"iosys_map_(rd|memcpy_from)\w*", r"xe_map_(rd|read)\w*", r"\w*[a-z]_rd(08|16|32|64)?",
    r"(REG|RREG|GPU)_?READ\w*", r"RREG(8|32|64)\w*", r"\w+_RD(08|16|32|64)",
    r"\w+_(hw|mmio|reg|fence|uncore|map)_read\w*", r"\w+_READ(L|32)?",
    r"(gpu|mmio|reg|intel_uncore|intel_de|v3d|sp|host1x_sync)_read(l|32|64)?\w*",
)  # fmt: skip
# Reads memory that the hardware writes where what is read is *pointer or pointer[n].
OF_MEMORY = _names(r"(le|be)(16|32|64)_to_cpup?", r"READ_ONCE")

MUTATE = _names(
    r"_*h?list_(add|del|move|splice|replace|cut)\w*", r"rb_(insert|erase|replace|link)\w*", r"__set_bit",
    r"__clear_bit", r"INIT_LIST_HEAD", r"__xa_(store|erase|alloc)\w*", r"WRITE_ONCE",
)  # fmt: skip
ATOMIC_ERROR = _names(r"(try_)?cmpxchg(_\w+)?", r"xchg(_\w+)?")

# Atomic, self-contained, or without effect: no reason to doubt. dma_fence_* on other fences is among these.
HARMLESS = _names(
    r"(raw_|arch_)?atomic(64|_long)?_\w+", r"refcount_\w+", r"kref_\w+", r"(test|set|clear|change)_bit\w*",
    r"test_and_(set|clear|change)_bit\w*", r"(try_)?cmpxchg\w*", r"xchg\w*", r"(__)?smp_\w+", r"[rw]?mb", r"barrier",
    r"_*(rcu|srcu)_\w+", r"kfree\w*", r"kvfree\w*", r"kmem_cache_free", r"(__)?container_of\w*", r"to_\w+",
    r"offsetof", r"WARN\w*", r"BUG\w*", r"(XE|GEM|i915|drm|gem)_(WARN|BUG)\w*", r"lockdep_\w+", r"trace_\w+",
    r"IS_ERR\w*", r"(PTR_ERR|ERR_PTR|ERR_CAST)\w*", r"IS_ENABLED", r"(un)?likely", r"min(_t)?", r"max(_t)?",
    r"ARRAY_SIZE", r"sizeof", r"list_(empty\w*|(first|last|next|prev)_entry\w*|for_each\w*|entry\w*|is_\w+)",
    r"llist_\w+", r"hlist_for_each\w*", r"(lower|upper)_32_bits", r"wrapping_\w+",
    r"(msecs|usecs|nsecs)_to_jiffies\w*", r"jiffies\w*", r"ktime_\w+", r"time_(after|before)\w*", r"timer_pending",
    r"mod_timer", r"(del_timer|timer_delete)", r"hrtimer_(start|forward|try_to_cancel)\w*", r"wake_up\w*",
    r"complete(_all)?", r"(up|down)_(read|write)_trylock", r"up(_read|_write)?", r"mutex_(try|un)lock\w*",
    r"(raw_)?(read|write|spin)_unlock\w*", r"xa_unlock\w*", r"local_irq_\w+", r"(__)?INIT_\w*WORK\w*",
    r"init_waitqueue_\w+", r"(__)?dma_fence_\w+", r"(pr|dev|drm|xe|netdev)_(dbg|info|warn|err|notice|crit|debug)\w*",
    r"DRM_(DEBUG|ERROR)\w*", r"mem(cpy|set)", r"str[nlr]?(cpy|cmp|len|chr|str)", r"v?s?c?n?printf", r"get_task_comm",
    r"preempt_\w+", r"signal_pending\w*", r"prefetchw?", r"(__)?set_current_state", r"READ_ONCE", r"typecheck",
    r"hash_for_each\w*", r"get_jiffies_64", r"typeof", r"module_put", r"call_s?rcu\w*", r"put_device", r"mmdrop",
    r"ttm_kmap_obj_virtual", r"iowrite\w*", r"out[bwl]", r"WREG32\w*", r"(__raw_)?write[bwlq]\w*",
    r"cancel_(delayed_)?work", r"dma_resv_\w+", r"FIELD_\w+", r"GENMASK\w*", r"BIT(_ULL)?",
)  # fmt: skip

UNUSED_AFTER = _names(r"\w*_put(_\w+)?", r"k?v?free\w*", r"\w+_free(_\w+)?", r"kfree_rcu\w*", r"\w+_(release|destroy)")


def is_a(pattern: re.Pattern[str], name: str) -> bool:
    """Whether a whole name is one of the list."""
    return pattern.fullmatch(name) is not None
