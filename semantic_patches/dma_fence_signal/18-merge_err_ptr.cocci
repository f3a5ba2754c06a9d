// SPDX-License-Identifier: GPL-2.0-only
//
// The error of an error pointer, stored only when it is one, then the signal: that is what
// PTR_ERR_OR_ZERO() says. IS_ERR_OR_NULL() tests something else and is left alone.

@merge_err_ptr@
expression f, p, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position store, signal;
@@
-if (likely(IS_ERR(p))) {
-	dma_fence_set_error@store(f, PTR_ERR(p));
-}
(
 now@signal(f
+	, PTR_ERR_OR_ZERO(p)
 );
|
 at@signal(f, t
+	, PTR_ERR_OR_ZERO(p)
 );
)

@script:python@
store << merge_err_ptr.store;
signal << merge_err_ptr.signal;
f << merge_err_ptr.f;
p << merge_err_ptr.p;
@@
report("merge_err_ptr", values={"f": f, "p": p}, store=store, signal=signal)
