// SPDX-License-Identifier: GPL-2.0-only
//
// A test whether the fence is signaled already, something done about it, then the signal: the check and the
// signal become one, so that nobody can come in between. A person looks: ops->signaled is no longer asked,
// and dma_fence_check_and_signal() has neither the NULL check nor the lockdep annotation of
// dma_fence_signal().

@check_then_result@
expression f, e;
statement S;
position signal;
@@
 if (
-dma_fence_is_signaled(f)
+dma_fence_check_and_signal(f, e)
 ) S
-dma_fence_signal@signal(f, e);

@script:python@
signal << check_then_result.signal;
f << check_then_result.f;
e << check_then_result.e;
@@
report("check_then_result", values={"f": f, "e": e}, signal=signal)
