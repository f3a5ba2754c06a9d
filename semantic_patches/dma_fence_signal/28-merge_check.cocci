// SPDX-License-Identifier: GPL-2.0-only
//
// An error stored directly before a call that signals and tells whether the fence was signaled before:
// the error goes into that call. The call must be made whatever the rest of its statement does, or the
// error would be lost where it is not.

@merge_check@
expression f, e, x;
type T;
identifier i, fn;
statement S1, S2;
identifier check = {dma_fence_check_and_signal, dma_fence_check_and_signal_locked};
position store, signal;
@@
-dma_fence_set_error@store(f, e);
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
store << merge_check.store;
signal << merge_check.signal;
f << merge_check.f;
e << merge_check.e;
@@
report("merge_check", values={"f": f, "e": e}, store=store, signal=signal)
