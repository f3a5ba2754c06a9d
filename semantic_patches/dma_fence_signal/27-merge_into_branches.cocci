// SPDX-License-Identifier: GPL-2.0-only
//
// An error stored, then one signal or another of the same fence: the error goes into both. The test between
// them must not have a side effect. A person looks at how it reads.

@merge_into_branches disable neg_if@
expression f, e, c, t, t2;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
identifier now2 = {dma_fence_signal, dma_fence_signal_locked};
identifier at2 = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal, signal2;
@@
-dma_fence_set_error@store(f, e);
(
 if (c) {
 	now@signal(f
+		, e
 	);
 } else {
 	now2@signal2(f
+		, e
 	);
 }
|
 if (c) {
 	now@signal(f
+		, e
 	);
 } else {
 	at2@signal2(f, t2
+		, e
 	);
 }
|
 if (c) {
 	at@signal(f, t
+		, e
 	);
 } else {
 	now2@signal2(f
+		, e
 	);
 }
|
 if (c) {
 	at@signal(f, t
+		, e
 	);
 } else {
 	at2@signal2(f, t2
+		, e
 	);
 }
)

@script:python@
store << merge_into_branches.store;
signal << merge_into_branches.signal;
signal2 << merge_into_branches.signal2;
f << merge_into_branches.f;
e << merge_into_branches.e;
c << merge_into_branches.c;
@@
report("merge_into_branches", values={"f": f, "e": e, "c": c}, store=store, signal=signal, signal2=signal2)
