// SPDX-License-Identifier: GPL-2.0-only
//
// A test whether the fence is signaled, and if not a signal and what goes with being the first: between the
// two another can signal, and both do what goes with it. dma_fence_check_and_signal() closes that race.
// A person looks: it does not ask ops->signaled, as dma_fence_is_signaled() does, and has neither the NULL
// check nor the lockdep annotation of dma_fence_signal().

@check_unlocked@
expression f, e;
statement S;
position signal;
@@
 if (
-!dma_fence_is_signaled(f)
+!dma_fence_check_and_signal(f, e)
 ) {
-	dma_fence_signal@signal(f, e);
 	S
 	...
 }

@script:python@
signal << check_unlocked.signal;
f << check_unlocked.f;
e << check_unlocked.e;
@@
report("check_unlocked", values={"f": f, "e": e}, signal=signal)
