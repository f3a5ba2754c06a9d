// SPDX-License-Identifier: GPL-2.0-only
//
// An error stored, a few plain statements that have nothing to do with the fence, then its signal: the error
// goes into the signal. A person looks: what stands between them may still depend on the error in a way that
// only its author knows. Statements are counted out, for "..." would leave by a return in between.

@merge_gap@
expression f, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
statement S1, S2, S3, S4, S5;
position store, signal;
@@
-dma_fence_set_error@store(f, e);
(
 S1
|
 S1 S2
|
 S1 S2 S3
|
 S1 S2 S3 S4
|
 S1 S2 S3 S4 S5
)
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
store << merge_gap.store;
signal << merge_gap.signal;
f << merge_gap.f;
e << merge_gap.e;
@@
report("merge_gap", values={"f": f, "e": e}, store=store, signal=signal)
