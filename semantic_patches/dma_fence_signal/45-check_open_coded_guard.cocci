// SPDX-License-Identifier: GPL-2.0-only
//
// As check_open_coded, with the lock of the fence held by guard() or scoped_guard(). guard() holds it to the
// end of its block, so that must be where the signal stands: else what follows would lose its lock.

@check_open_coded_guard@
expression f, w, e;
identifier kind = {spinlock_irqsave, spinlock_irq};
position signal, poll;
@@
 {
 	... when any
-guard(kind)(\(f->lock\|dma_fence_spinlock(f)\));
(
-w = \(dma_fence_test_signaled_flag(f)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)\|dma_fence_is_signaled_locked@poll(f)\);
-if (\(!w\|w == 0\)) {
-	dma_fence_signal_locked@signal(f, e);
-}
+w = dma_fence_check_and_signal(f, e);
|
-if (!\(dma_fence_test_signaled_flag(f)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)\|dma_fence_is_signaled_locked@poll(f)\)) {
-	dma_fence_signal_locked@signal(f, e);
-}
+dma_fence_check_and_signal(f, e);
)
 }

@script:python@
signal << check_open_coded_guard.signal;
f << check_open_coded_guard.f;
e << check_open_coded_guard.e;
poll << check_open_coded_guard.poll = [];
@@
report("check_open_coded_guard", verdict="review" if poll else None, values={"f": f, "e": e}, signal=signal)

@check_open_coded_guard_member@
expression x, w, e;
identifier kind = {spinlock_irqsave, spinlock_irq};
position signal, poll;
@@
 {
 	... when any
-guard(kind)(\(x.lock\|dma_fence_spinlock(&x)\));
(
-w = \(dma_fence_test_signaled_flag(&x)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &x.flags)\|dma_fence_is_signaled_locked@poll(&x)\);
-if (\(!w\|w == 0\)) {
-	dma_fence_signal_locked@signal(&x, e);
-}
+w = dma_fence_check_and_signal(&x, e);
|
-if (!\(dma_fence_test_signaled_flag(&x)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &x.flags)\|dma_fence_is_signaled_locked@poll(&x)\)) {
-	dma_fence_signal_locked@signal(&x, e);
-}
+dma_fence_check_and_signal(&x, e);
)
 }

@script:python@
signal << check_open_coded_guard_member.signal;
x << check_open_coded_guard_member.x;
e << check_open_coded_guard_member.e;
poll << check_open_coded_guard_member.poll = [];
@@
report("check_open_coded_guard", verdict="review" if poll else None, values={"x": x, "e": e}, signal=signal)

@check_open_coded_scoped@
expression f, w, e;
identifier kind = {spinlock_irqsave, spinlock_irq};
iterator name scoped_guard;
position signal, poll;
@@
-scoped_guard(kind, \(f->lock\|dma_fence_spinlock(f)\)) {
(
-w = \(dma_fence_test_signaled_flag(f)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)\|dma_fence_is_signaled_locked@poll(f)\);
-if (\(!w\|w == 0\)) {
-	dma_fence_signal_locked@signal(f, e);
-}
+w = dma_fence_check_and_signal(f, e);
|
-if (!\(dma_fence_test_signaled_flag(f)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)\|dma_fence_is_signaled_locked@poll(f)\)) {
-	dma_fence_signal_locked@signal(f, e);
-}
+dma_fence_check_and_signal(f, e);
)
-}

@script:python@
signal << check_open_coded_scoped.signal;
f << check_open_coded_scoped.f;
e << check_open_coded_scoped.e;
poll << check_open_coded_scoped.poll = [];
@@
report("check_open_coded_guard", verdict="review" if poll else None, values={"f": f, "e": e}, signal=signal)

@check_open_coded_scoped_member@
expression x, w, e;
identifier kind = {spinlock_irqsave, spinlock_irq};
iterator name scoped_guard;
position signal, poll;
@@
-scoped_guard(kind, \(x.lock\|dma_fence_spinlock(&x)\)) {
(
-w = \(dma_fence_test_signaled_flag(&x)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &x.flags)\|dma_fence_is_signaled_locked@poll(&x)\);
-if (\(!w\|w == 0\)) {
-	dma_fence_signal_locked@signal(&x, e);
-}
+w = dma_fence_check_and_signal(&x, e);
|
-if (!\(dma_fence_test_signaled_flag(&x)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &x.flags)\|dma_fence_is_signaled_locked@poll(&x)\)) {
-	dma_fence_signal_locked@signal(&x, e);
-}
+dma_fence_check_and_signal(&x, e);
)
-}

@script:python@
signal << check_open_coded_scoped_member.signal;
x << check_open_coded_scoped_member.x;
e << check_open_coded_scoped_member.e;
poll << check_open_coded_scoped_member.poll = [];
@@
report("check_open_coded_guard", verdict="review" if poll else None, values={"x": x, "e": e}, signal=signal)

@check_open_coded_guard_unused_result depends on check_open_coded_guard || check_open_coded_guard_member || check_open_coded_scoped || check_open_coded_scoped_member@
expression f, e;
identifier w;
@@
 {
 	... when any
-	bool w;
 	... when != w
-	w = dma_fence_check_and_signal(f, e);
+	dma_fence_check_and_signal(f, e);
 	... when != w
 }
