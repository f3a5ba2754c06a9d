// SPDX-License-Identifier: GPL-2.0-only
//
// As merge_check, with the error stored only when it is not zero: the check ignores an error of zero, so the
// test can go. The error is read once instead of twice, so it must be free of calls and other side effects.

@merge_check_guard@
expression f, e, x;
type T;
identifier i, fn;
statement S1, S2;
identifier check = {dma_fence_check_and_signal, dma_fence_check_and_signal_locked};
position store, signal;
@@
-if (\(likely(e != 0)\|e != 0\)) {
-	dma_fence_set_error@store(f, e);
-}
(
 if (<+... check@signal(f
+	, e
 ) ...+>) S1 else S2
|
 x = <+... check@signal(f
+	, e
 ) ...+>;
|
 T i = <+... check@signal(f
+	, e
 ) ...+>;
|
 return <+... check@signal(f
+	, e
 ) ...+>;
|
 fn(..., <+... check@signal(f
+	, e
 ) ...+>, ...);
|
 check@signal(f
+	, e
 );
)

@script:python@
store << merge_check_guard.store;
signal << merge_check_guard.signal;
f << merge_check_guard.f;
e << merge_check_guard.e;
@@
report("merge_check_guard", values={"f": f, "e": e}, store=store, signal=signal)
