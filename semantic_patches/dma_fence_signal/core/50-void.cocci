// SPDX-License-Identifier: GPL-2.0-only
//
// Nobody uses what signalling returns any more: the functions become void. A result that was kept to be returned goes;
// where a number is returned, a return is left, for SmPL cannot tell the last from an early one.

@void_prototype@
identifier fn = {dma_fence_signal, dma_fence_signal_locked, dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
@@
-int
+void
 fn(...);

@void_definition@
identifier fn = {dma_fence_signal, dma_fence_signal_locked, dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
@@
-int
+void
 fn(...)
 {
 ...
 }

@void_result@
identifier fn = {dma_fence_signal, dma_fence_signal_locked, dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
identifier callee = {dma_fence_signal, dma_fence_signal_locked, dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
identifier r;
expression list es;
@@
 void fn(...)
 {
 ... when any
-int r;
 ... when any
-r = callee(es);
+callee(es);
 ... when any
-return r;
 }

@void_tail_call@
identifier fn = {dma_fence_signal, dma_fence_signal_locked, dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
identifier callee = {dma_fence_signal, dma_fence_signal_locked, dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
expression list es;
@@
 void fn(...)
 {
 ... when any
-return callee(es);
+callee(es);
 }

@void_return@
identifier fn = {dma_fence_signal, dma_fence_signal_locked, dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
constant c;
@@
 void fn(...)
 {
 <+...
(
-return -c;
+return;
|
-return c;
+return;
)
 ...+>
 }
