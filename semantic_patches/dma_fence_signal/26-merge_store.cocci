// SPDX-License-Identifier: GPL-2.0-only
//
// The error of the fence written by hand directly before the signal of the same fence. The signal proves
// that it is the error of a struct dma_fence. A person looks: a zero written by hand was a reset,
// a zero handed to the signal leaves what is there.

@merge_store@
expression f, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-f->error@store = e;
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
store << merge_store.store;
signal << merge_store.signal;
f << merge_store.f;
e << merge_store.e;
@@
report("merge_store", values={"f": f, "e": e}, store=store, signal=signal)

@merge_store_member@
expression x, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-x.error@store = e;
(
 now@signal(&x
+	, e
 );
|
 at@signal(&x, t
+	, e
 );
)

@script:python@
store << merge_store_member.store;
signal << merge_store_member.signal;
x << merge_store_member.x;
e << merge_store_member.e;
@@
report("merge_store", values={"x": x, "e": e}, store=store, signal=signal)
