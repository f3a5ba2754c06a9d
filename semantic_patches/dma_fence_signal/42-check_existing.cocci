// SPDX-License-Identifier: GPL-2.0-only
//
// A check-and-signal that no rule above has given an error: it says 0, as a plain signal does.

@check_existing@
expression f;
identifier check = {dma_fence_check_and_signal, dma_fence_check_and_signal_locked};
position signal;
@@
 check@signal(f
+	, 0
 )

@script:python@
signal << check_existing.signal;
f << check_existing.f;
@@
report("check_existing", values={"f": f}, signal=signal)
