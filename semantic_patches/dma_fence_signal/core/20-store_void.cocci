// SPDX-License-Identifier: GPL-2.0-only
//
// The one place where a fence becomes signaled stores the error first; it returns nothing.
// A fence that is signaled already keeps its error; the bit may be set between the two tests by code that
// does not take the lock (i915): nothing is to be warned about then. unlikely() is matched with and without.

@store_void@
identifier f, t;
@@
 dma_fence_signal_timestamp_locked(struct dma_fence *f, ktime_t t, int err)
 {
 ... when any
+if (unlikely(dma_fence_test_signaled_flag(f)))
+	return;
+
+/*
+	 * Whoever sees the fence signaled must see the error, too: the full
+	 * barrier of test_and_set_bit() makes it visible before the bit.
+	 */
+if (err) {
+	WARN_ON(err > 0 || err < -MAX_ERRNO);
+	f->error = err;
+}
+
 if (unlikely(test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags))) return;
 ... when any
 }
