// SPDX-License-Identifier: GPL-2.0-only
//
// An error stored unless the fence is signaled already, then the signal: the signal itself drops the error
// of a fence that is signaled. A person looks: dma_fence_is_signaled() asks ops->signaled too, and may have
// signaled the fence without the error.

@merge_guard_polled@
expression f, e, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-if (likely(!\(dma_fence_is_signaled(f)\|dma_fence_is_signaled_locked(f)\|dma_fence_test_signaled_flag(f)\))) {
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
store << merge_guard_polled.store;
signal << merge_guard_polled.signal;
f << merge_guard_polled.f;
e << merge_guard_polled.e;
@@
report("merge_guard_polled", values={"f": f, "e": e}, store=store, signal=signal)
