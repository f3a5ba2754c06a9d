// SPDX-License-Identifier: GPL-2.0-only
//
// For trees in which signalling returns 0 or -EINVAL, and the result is used as a number: returned, kept,
// compared, handed on. dma_fence_check_and_signal() says the same as a bool, so the number is made of it.
// A person looks: the number may not be wanted at all, and the unlocked form has neither the NULL check nor
// the lockdep annotation of dma_fence_signal().

@check_int_errno_locked@
expression f, x;
identifier i, fn;
type T;
position signal;
@@
(
 dma_fence_signal_locked(f);
|
 (void)dma_fence_signal_locked(f);
|
 x, dma_fence_signal_locked(f);
|
 dma_fence_signal_locked(f), x;
|
 return
-dma_fence_signal_locked@signal(f)
+dma_fence_check_and_signal_locked(f) ? -EINVAL : 0
 ;
|
 x =
-dma_fence_signal_locked@signal(f)
+dma_fence_check_and_signal_locked(f) ? -EINVAL : 0
 ;
|
 T i =
-dma_fence_signal_locked@signal(f)
+dma_fence_check_and_signal_locked(f) ? -EINVAL : 0
 ;
|
-dma_fence_signal_locked@signal(f)
+(dma_fence_check_and_signal_locked(f) ? -EINVAL : 0)
)

@script:python@
signal << check_int_errno_locked.signal;
f << check_int_errno_locked.f;
@@
report("check_int_errno", values={"f": f}, signal=signal)

@check_int_errno@
expression f, x;
identifier i, fn;
type T;
position signal;
@@
(
 dma_fence_signal(f);
|
 (void)dma_fence_signal(f);
|
 x, dma_fence_signal(f);
|
 dma_fence_signal(f), x;
|
 return
-dma_fence_signal@signal(f)
+dma_fence_check_and_signal(f) ? -EINVAL : 0
 ;
|
 x =
-dma_fence_signal@signal(f)
+dma_fence_check_and_signal(f) ? -EINVAL : 0
 ;
|
 T i =
-dma_fence_signal@signal(f)
+dma_fence_check_and_signal(f) ? -EINVAL : 0
 ;
|
-dma_fence_signal@signal(f)
+(dma_fence_check_and_signal(f) ? -EINVAL : 0)
)

@script:python@
signal << check_int_errno.signal;
f << check_int_errno.f;
@@
report("check_int_errno", values={"f": f}, signal=signal)
