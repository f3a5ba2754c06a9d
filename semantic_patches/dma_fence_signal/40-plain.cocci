// SPDX-License-Identifier: GPL-2.0-only
//
// A signal that no rule above has given an error: it says 0, "no error from here". That keeps an error
// stored earlier. Whether one may have been stored, and a person should look, is not for this rule to say.

@plain@
expression f, t;
identifier now = {dma_fence_signal, dma_fence_signal_locked};
identifier at = {dma_fence_signal_timestamp, dma_fence_signal_timestamp_locked};
position signal;
@@
(
 now@signal(f
+	, 0
 )
|
 at@signal(f, t
+	, 0
 )
)

@script:python@
signal << plain.signal;
f << plain.f;
@@
report("plain", values={"f": f}, signal=signal)
