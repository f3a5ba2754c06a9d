// SPDX-License-Identifier: GPL-2.0-only
//
// The functions that call each other hand their error on.

@pass_err@
identifier fn = {dma_fence_signal, dma_fence_signal_locked, dma_fence_check_and_signal, dma_fence_check_and_signal_locked, dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
identifier now = {dma_fence_signal, dma_fence_signal_locked, dma_fence_check_and_signal, dma_fence_check_and_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
expression f, t;
@@
 fn(..., int err)
 {
 <+...
(
 now(f
+	, err
 )
|
 at(f, t
+	, err
 )
)
 ...+>
 }
