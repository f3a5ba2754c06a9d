// SPDX-License-Identifier: GPL-2.0-only
//
// Locking the fence, testing whether it is signaled, signalling it if not, and unlocking, with nothing else
// under the lock: dma_fence_check_and_signal() does that. It looks at the flag, so where the test was
// dma_fence_is_signaled_locked(), which asks ops->signaled too, a person looks. The rules above have given
// the signal its error already. Variables that have no other use go too.

@check_open_coded@
expression f, w, e;
identifier flags;
position signal, poll;
@@
(
-dma_fence_lock_irqsave(f, flags);
|
-spin_lock_irqsave(f->lock, flags);
|
-spin_lock_irqsave(dma_fence_spinlock(f), flags);
|
-spin_lock_irq(f->lock);
|
-spin_lock_irq(dma_fence_spinlock(f));
)
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
(
-dma_fence_unlock_irqrestore(f, flags);
|
-spin_unlock_irqrestore(f->lock, flags);
|
-spin_unlock_irqrestore(dma_fence_spinlock(f), flags);
|
-spin_unlock_irq(f->lock);
|
-spin_unlock_irq(dma_fence_spinlock(f));
)

@script:python@
signal << check_open_coded.signal;
f << check_open_coded.f;
e << check_open_coded.e;
poll << check_open_coded.poll = [];
@@
report("check_open_coded", verdict="review" if poll else None, values={"f": f, "e": e}, signal=signal)

@check_open_coded_first@
expression f, w, e;
identifier flags;
position signal;
@@
(
-dma_fence_lock_irqsave(f, flags);
|
-spin_lock_irqsave(f->lock, flags);
|
-spin_lock_irqsave(dma_fence_spinlock(f), flags);
|
-spin_lock_irq(f->lock);
|
-spin_lock_irq(dma_fence_spinlock(f));
)
 w = !
-\(dma_fence_test_signaled_flag(f)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)\)
+dma_fence_check_and_signal(f, e)
 ;
-if (w) {
-	dma_fence_signal_locked@signal(f, e);
-}
(
-dma_fence_unlock_irqrestore(f, flags);
|
-spin_unlock_irqrestore(f->lock, flags);
|
-spin_unlock_irqrestore(dma_fence_spinlock(f), flags);
|
-spin_unlock_irq(f->lock);
|
-spin_unlock_irq(dma_fence_spinlock(f));
)

@script:python@
signal << check_open_coded_first.signal;
f << check_open_coded_first.f;
e << check_open_coded_first.e;
@@
report("check_open_coded", values={"f": f, "e": e}, signal=signal)

@check_open_coded_member@
expression x, w, e;
identifier flags;
position signal, poll;
@@
(
-dma_fence_lock_irqsave(&x, flags);
|
-spin_lock_irqsave(x.lock, flags);
|
-spin_lock_irqsave(dma_fence_spinlock(&x), flags);
|
-spin_lock_irq(x.lock);
|
-spin_lock_irq(dma_fence_spinlock(&x));
)
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
(
-dma_fence_unlock_irqrestore(&x, flags);
|
-spin_unlock_irqrestore(x.lock, flags);
|
-spin_unlock_irqrestore(dma_fence_spinlock(&x), flags);
|
-spin_unlock_irq(x.lock);
|
-spin_unlock_irq(dma_fence_spinlock(&x));
)

@script:python@
signal << check_open_coded_member.signal;
x << check_open_coded_member.x;
e << check_open_coded_member.e;
poll << check_open_coded_member.poll = [];
@@
report("check_open_coded", verdict="review" if poll else None, values={"x": x, "e": e}, signal=signal)

@check_open_coded_member_first@
expression x, w, e;
identifier flags;
position signal;
@@
(
-dma_fence_lock_irqsave(&x, flags);
|
-spin_lock_irqsave(x.lock, flags);
|
-spin_lock_irqsave(dma_fence_spinlock(&x), flags);
|
-spin_lock_irq(x.lock);
|
-spin_lock_irq(dma_fence_spinlock(&x));
)
 w = !
-\(dma_fence_test_signaled_flag(&x)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &x.flags)\)
+dma_fence_check_and_signal(&x, e)
 ;
-if (w) {
-	dma_fence_signal_locked@signal(&x, e);
-}
(
-dma_fence_unlock_irqrestore(&x, flags);
|
-spin_unlock_irqrestore(x.lock, flags);
|
-spin_unlock_irqrestore(dma_fence_spinlock(&x), flags);
|
-spin_unlock_irq(x.lock);
|
-spin_unlock_irq(dma_fence_spinlock(&x));
)

@script:python@
signal << check_open_coded_member_first.signal;
x << check_open_coded_member_first.x;
e << check_open_coded_member_first.e;
@@
report("check_open_coded", values={"x": x, "e": e}, signal=signal)

@check_open_coded_unused depends on check_open_coded@
identifier check_open_coded.flags;
@@
 {
 	... when any
(
-	unsigned long flags;
|
-	unsigned long flags = 0;
)
 	... when != flags
 }

@check_open_coded_first_unused depends on check_open_coded_first@
identifier check_open_coded_first.flags;
@@
 {
 	... when any
(
-	unsigned long flags;
|
-	unsigned long flags = 0;
)
 	... when != flags
 }

@check_open_coded_member_unused depends on check_open_coded_member@
identifier check_open_coded_member.flags;
@@
 {
 	... when any
(
-	unsigned long flags;
|
-	unsigned long flags = 0;
)
 	... when != flags
 }

@check_open_coded_member_first_unused depends on check_open_coded_member_first@
identifier check_open_coded_member_first.flags;
@@
 {
 	... when any
(
-	unsigned long flags;
|
-	unsigned long flags = 0;
)
 	... when != flags
 }

@check_open_coded_unused_result depends on check_open_coded || check_open_coded_member@
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

@check_open_coded_unused_first depends on check_open_coded_first || check_open_coded_member_first@
expression f, e;
identifier w;
@@
 {
 	... when any
-	bool w;
 	... when != w
-	w = !dma_fence_check_and_signal(f, e);
+	dma_fence_check_and_signal(f, e);
 	... when != w
 }
