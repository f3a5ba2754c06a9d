// SPDX-License-Identifier: GPL-2.0-only
//
// An error stored directly before the signal of the same fence: hand the error to the signal.
// The error is evaluated once before and once after, so it may hold a call. The fence may go by two names,
// of which one is a local that was set to the other.

@merge_adjacent@
expression f, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-dma_fence_set_error@store(f, e);
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
store << merge_adjacent.store;
signal << merge_adjacent.signal;
f << merge_adjacent.f;
e << merge_adjacent.e;
@@
report("merge_adjacent", values={"f": f, "e": e}, store=store, signal=signal)

@merge_adjacent_alias@
expression f, g, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-dma_fence_set_error@store(f, e);
(
 now@signal(g
+	, e
 );
|
 at@signal(g, t
+	, e
 );
)

@script:python@
store << merge_adjacent_alias.store;
signal << merge_adjacent_alias.signal;
f << merge_adjacent_alias.f;
g << merge_adjacent_alias.g;
e << merge_adjacent_alias.e;
@@
report("merge_adjacent", values={"f": f, "g": g, "e": e}, store=store, signal=signal)
