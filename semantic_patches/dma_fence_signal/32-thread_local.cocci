// SPDX-License-Identifier: GPL-2.0-only
//
// Errors stored on several paths of a function, and one signal of the same fence that they all lead to: a
// local carries the error to the signal. fencemig proves beforehand which calls belong together, shows this
// rule only those, declares the local, which is called thread_local_err here, and gives it a name that the
// function does not use. A person looks at all of it.

@thread_local_store@
expression f, e;
position store;
@@
-dma_fence_set_error@store(f, e)
+thread_local_err = e
 ;

@script:python@
store << thread_local_store.store;
f << thread_local_store.f;
e << thread_local_store.e;
@@
report("thread_local", values={"f": f, "e": e}, store=store)

@thread_local_signal depends on thread_local_store@
expression f, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position signal;
@@
(
 now@signal(f
+	, thread_local_err
 );
|
 at@signal(f, t
+	, thread_local_err
 );
)

@script:python@
signal << thread_local_signal.signal;
f << thread_local_signal.f;
@@
report("thread_local", values={"f": f}, signal=signal)
