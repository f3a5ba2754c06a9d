// SPDX-License-Identifier: GPL-2.0-only
//
// One of two errors stored, whatever the test says, then the signal: the signal takes the one or the other.

@merge_branch disable neg_if, unlikely@
expression f, c, a, b, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, other, signal;
@@
-if (c) {
-	dma_fence_set_error@store(f, a);
-} else {
-	dma_fence_set_error@other(f, b);
-}
(
 now@signal(f
+	, c ? a : b
 );
|
 at@signal(f, t
+	, c ? a : b
 );
)

@script:python@
store << merge_branch.store;
other << merge_branch.other;
signal << merge_branch.signal;
f << merge_branch.f;
c << merge_branch.c;
@@
report("merge_branch", values={"f": f, "c": c}, store=store, other=other, signal=signal)
