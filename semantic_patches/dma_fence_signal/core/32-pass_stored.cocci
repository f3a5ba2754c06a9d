// SPDX-License-Identifier: GPL-2.0-only
//
// An error that the core wrote by hand right before it signaled becomes the argument.

@pass_stored@
identifier now = {dma_fence_signal, dma_fence_signal_locked};
expression f, e;
@@
-f->error = e;
 now(f
+	, e
 );
