// SPDX-License-Identifier: GPL-2.0-only
//
// All other signals of the core have no error of their own: after ops->signaled() and ops->enable_signaling(), which
// may have stored one that 0 keeps, and for the stubs.

@pass_zero@
identifier now = {dma_fence_signal, dma_fence_signal_locked, dma_fence_check_and_signal, dma_fence_check_and_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
expression f, t;
@@
(
 now(f
+	, 0
 )
|
 at(f, t
+	, 0
 )
)
