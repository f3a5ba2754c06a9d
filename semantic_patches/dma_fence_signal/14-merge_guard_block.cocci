// SPDX-License-Identifier: GPL-2.0-only
//
// A block under the test of the error ends with storing it, and the signal follows: the block keeps the
// rest of what it does, the signal takes the error, which is zero when the block was not entered.
// The block must be straight-line code that leaves the error alone and takes no lock.

@merge_guard_block@
expression f, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
 if (\(likely(e != 0)\|e != 0\)) {
 	...
-	dma_fence_set_error@store(f, e);
 }
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
store << merge_guard_block.store;
signal << merge_guard_block.signal;
f << merge_guard_block.f;
e << merge_guard_block.e;
@@
report("merge_guard_block", values={"f": f, "e": e}, store=store, signal=signal)
