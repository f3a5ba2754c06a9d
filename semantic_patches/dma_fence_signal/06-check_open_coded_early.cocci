// SPDX-License-Identifier: GPL-2.0-only
//
// Locking the fence, and unlocking and leaving early where it is signaled: what the early way out skips,
// and what it returns, is for a person to sort out. This only reports; the signal is left as it is.

@check_open_coded_early@
expression f, e;
identifier unlock = {dma_fence_unlock_irqrestore, spin_unlock_irqrestore, spin_unlock_irq, spin_unlock};
identifier l;
position signal;
@@
 if (\(dma_fence_test_signaled_flag(f)\|dma_fence_is_signaled_locked(f)\|test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags)\)) {
 	unlock(...);
 	...
 	\(return ...;\|goto l;\)
 }
(
 dma_fence_signal_locked@signal(f);
|
 dma_fence_set_error(f, e);
 dma_fence_signal_locked@signal(f);
)

@script:python@
signal << check_open_coded_early.signal;
f << check_open_coded_early.f;
@@
report("check_open_coded_early", values={"f": f}, signal=signal)
