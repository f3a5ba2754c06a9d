// SPDX-License-Identifier: GPL-2.0-only
//
// An error stored only when it is not zero, then the signal: the signal ignores an error of zero, so the
// test can go. The error is read once instead of twice, which is the same only for an expression
// without a call or another side effect.

@merge_guard_same@
expression f, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-if (\(likely(e != 0)\|e != 0\)) {
-	dma_fence_set_error@store(f, e);
-}
(
 now@signal(f
+	, e
 );
|
 at@signal(f, t
+	, e
 );
)

@script:python@
store << merge_guard_same.store;
signal << merge_guard_same.signal;
f << merge_guard_same.f;
e << merge_guard_same.e;
@@
report("merge_guard_same", values={"f": f, "e": e}, store=store, signal=signal)
