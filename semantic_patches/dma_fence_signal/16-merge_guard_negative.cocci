// SPDX-License-Identifier: GPL-2.0-only
//
// An error stored only when it is negative, then the signal: a positive value must stay out of the signal.
// min() wants both of its arguments in one type, so it is for an int only.

@merge_guard_negative@
expression f, t;
int e;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-if (likely(e < 0)) {
-	dma_fence_set_error@store(f, e);
-}
(
 now@signal(f
+	, min(e, 0)
 );
|
 at@signal(f, t
+	, min(e, 0)
 );
)

@script:python@
store << merge_guard_negative.store;
signal << merge_guard_negative.signal;
f << merge_guard_negative.f;
e << merge_guard_negative.e;
@@
report("merge_guard_negative", values={"f": f, "e": e}, store=store, signal=signal)

@merge_guard_negative_other@
expression f, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-if (likely(e < 0)) {
-	dma_fence_set_error@store(f, e);
-}
(
 now@signal(f
+	, e < 0 ? e : 0
 );
|
 at@signal(f, t
+	, e < 0 ? e : 0
 );
)

@script:python@
store << merge_guard_negative_other.store;
signal << merge_guard_negative_other.signal;
f << merge_guard_negative_other.f;
e << merge_guard_negative_other.e;
@@
report("merge_guard_negative", values={"f": f, "e": e}, store=store, signal=signal)
