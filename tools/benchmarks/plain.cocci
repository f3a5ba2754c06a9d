// SPDX-License-Identifier: GPL-2.0-only
//
// What one would write by hand for a start: it merges an error stored directly before the signal, and gives all other
// signals an error of zero, right or wrong. A peer to measure against, nothing to apply.

virtual patch

@depends on patch@
expression f, e;
@@
-dma_fence_set_error(f, e);
 dma_fence_signal(f
+	, e
 );

@depends on patch@
expression f;
@@
 dma_fence_signal(f
+	, 0
 )
