// SPDX-License-Identifier: GPL-2.0-only
//
// For trees in which signalling returns 0 for "signaled now" and -EINVAL for "was signaled already".
// Where the result is only tested, dma_fence_check_and_signal() has the same truth value. Under the fence
// lock nothing else changes. The unlocked form has neither the NULL check nor the lockdep annotation of
// dma_fence_signal(), and a local that keeps the result becomes a bool: a person looks at those.
// What the call is handed as its error is for the rules that follow.

@check_int_truth_branch disable unlikely@
expression f;
statement S1, S2;
position signal;
@@
(
 if (
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 ) S1 else S2
|
 while (
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 ) S1
)

@script:python@
signal << check_int_truth_branch.signal;
f << check_int_truth_branch.f;
@@
report("check_int_truth", verdict="convert", values={"f": f}, signal=signal)

@check_int_truth disable unlikely@
expression f, a, b;
identifier warn = {WARN, WARN_ON, WARN_ON_ONCE, WARN_ONCE, BUG_ON, drm_WARN_ON, drm_WARN_ON_ONCE, XE_WARN_ON, GEM_WARN_ON, GEM_BUG_ON, KUNIT_EXPECT_FALSE, KUNIT_EXPECT_TRUE, KUNIT_ASSERT_FALSE, KUNIT_ASSERT_TRUE};
position signal;
@@
(
 !
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
|
-dma_fence_signal_locked@signal(f) == 0
+!dma_fence_check_and_signal_locked(f)
|
-dma_fence_signal_locked@signal(f) != 0
+dma_fence_check_and_signal_locked(f)
|
-0 == dma_fence_signal_locked@signal(f)
+!dma_fence_check_and_signal_locked(f)
|
-0 != dma_fence_signal_locked@signal(f)
+dma_fence_check_and_signal_locked(f)
|
 likely(
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 )
|
 unlikely(
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 )
|
 warn(
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 , ...)
|
 warn(a,
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 , ...)
|
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 && a
|
 a &&
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
|
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 || a
|
 a ||
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
|
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f)
 ? a : b
)

@script:python@
signal << check_int_truth.signal;
f << check_int_truth.f;
@@
report("check_int_truth", verdict="convert", values={"f": f}, signal=signal)

@check_int_truth_unlocked_branch disable unlikely@
expression f;
statement S1, S2;
position signal;
@@
(
 if (
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 ) S1 else S2
|
 while (
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 ) S1
)

@script:python@
signal << check_int_truth_unlocked_branch.signal;
f << check_int_truth_unlocked_branch.f;
@@
report("check_int_truth", values={"f": f}, signal=signal)

@check_int_truth_unlocked disable unlikely@
expression f, a, b;
identifier warn = {WARN, WARN_ON, WARN_ON_ONCE, WARN_ONCE, BUG_ON, drm_WARN_ON, drm_WARN_ON_ONCE, XE_WARN_ON, GEM_WARN_ON, GEM_BUG_ON, KUNIT_EXPECT_FALSE, KUNIT_EXPECT_TRUE, KUNIT_ASSERT_FALSE, KUNIT_ASSERT_TRUE};
position signal;
@@
(
 !
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
|
-dma_fence_signal@signal(f) == 0
+!dma_fence_check_and_signal(f)
|
-dma_fence_signal@signal(f) != 0
+dma_fence_check_and_signal(f)
|
-0 == dma_fence_signal@signal(f)
+!dma_fence_check_and_signal(f)
|
-0 != dma_fence_signal@signal(f)
+dma_fence_check_and_signal(f)
|
 likely(
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 )
|
 unlikely(
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 )
|
 warn(
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 , ...)
|
 warn(a,
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 , ...)
|
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 && a
|
 a &&
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
|
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 || a
|
 a ||
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
|
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f)
 ? a : b
)

@script:python@
signal << check_int_truth_unlocked.signal;
f << check_int_truth_unlocked.f;
@@
report("check_int_truth", values={"f": f}, signal=signal)

@check_int_truth_local@
expression f;
identifier r;
position signal;
@@
 {
 	...
-	int r;
++	bool r;
 	<+...
 	r =
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f);
 	...+>
 }

@script:python@
signal << check_int_truth_local.signal;
f << check_int_truth_local.f;
r << check_int_truth_local.r;
@@
report("check_int_truth", reason="the local that keeps the result becomes a bool: it is only tested, here and below", values={"f": f, "r": r}, signal=signal)

@check_int_truth_local_init@
expression f;
identifier r;
position signal;
@@
-int r
+bool r
 =
-dma_fence_signal_locked@signal
+dma_fence_check_and_signal_locked
 (f);

@script:python@
signal << check_int_truth_local_init.signal;
f << check_int_truth_local_init.f;
r << check_int_truth_local_init.r;
@@
report("check_int_truth", reason="the local that keeps the result becomes a bool: it is only tested, here and below", values={"f": f, "r": r}, signal=signal)

@check_int_truth_local_unlocked@
expression f;
identifier r;
position signal;
@@
 {
 	...
-	int r;
++	bool r;
 	<+...
 	r =
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f);
 	...+>
 }

@script:python@
signal << check_int_truth_local_unlocked.signal;
f << check_int_truth_local_unlocked.f;
r << check_int_truth_local_unlocked.r;
@@
report("check_int_truth", reason="the local that keeps the result becomes a bool: it is only tested, here and below", values={"f": f, "r": r}, signal=signal)

@check_int_truth_local_unlocked_init@
expression f;
identifier r;
position signal;
@@
-int r
+bool r
 =
-dma_fence_signal@signal
+dma_fence_check_and_signal
 (f);

@script:python@
signal << check_int_truth_local_unlocked_init.signal;
f << check_int_truth_local_unlocked_init.f;
r << check_int_truth_local_unlocked_init.r;
@@
report("check_int_truth", reason="the local that keeps the result becomes a bool: it is only tested, here and below", values={"f": f, "r": r}, signal=signal)
