// SPDX-License-Identifier: GPL-2.0-only
//
// Every function that signals a fence takes the error as its last parameter: prototypes and definitions.

@parameter_now@
identifier fn = {dma_fence_signal, dma_fence_signal_locked, dma_fence_check_and_signal, dma_fence_check_and_signal_locked};
identifier f;
@@
 fn(struct dma_fence *f
+	, int err
 )
 {
 ...
 }

@parameter_at@
identifier fn = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
identifier f, t;
@@
 fn(struct dma_fence *f, ktime_t t
+	, int err
 )
 {
 ...
 }

@prototype_now@
identifier fn = {dma_fence_signal, dma_fence_signal_locked, dma_fence_check_and_signal, dma_fence_check_and_signal_locked};
identifier f;
type T;
@@
 T fn(struct dma_fence *f
+	, int err
 );

@prototype_at@
identifier fn = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
identifier f, t;
type T;
@@
 T fn(struct dma_fence *f, ktime_t t
+	, int err
 );
