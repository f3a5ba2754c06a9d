// SPDX-License-Identifier: GPL-2.0-only
//
// An error stored under a test of something else, then the signal: the signal takes the error or zero.
// A negative constant cannot be anything but an error, and the rule alone is proof. Any other error might
// be zero when it is stored, which dma_fence_set_error() warns about and the signal does not: a person
// looks at those. The test must neither write nor poll the fence.

@merge_guard_cond disable unlikely@
expression f, c, t;
constant E;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-if (c) {
-	dma_fence_set_error@store(f, -E);
-}
(
 now@signal(f
+	, c ? -E : 0
 );
|
 at@signal(f, t
+	, c ? -E : 0
 );
)

@script:python@
store << merge_guard_cond.store;
signal << merge_guard_cond.signal;
f << merge_guard_cond.f;
c << merge_guard_cond.c;
@@
report("merge_guard_cond", verdict="convert", values={"f": f, "c": c}, store=store, signal=signal)

@merge_guard_cond_other disable unlikely@
expression f, c, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-if (c) {
-	dma_fence_set_error@store(f, e);
-}
(
 now@signal(f
+	, c ? e : 0
 );
|
 at@signal(f, t
+	, c ? e : 0
 );
)

@script:python@
store << merge_guard_cond_other.store;
signal << merge_guard_cond_other.signal;
f << merge_guard_cond_other.f;
c << merge_guard_cond_other.c;
e << merge_guard_cond_other.e;
@@
report("merge_guard_cond", values={"f": f, "c": c, "e": e}, store=store, signal=signal)
