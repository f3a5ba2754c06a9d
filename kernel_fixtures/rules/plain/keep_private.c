// SPDX-License-Identifier: GPL-2.0-only
/*
 * The signaled bit is set by hand, with the error in front of it: a signaller of
 * the driver's own.
 *
 * Generation: both
 * Verdicts:
 *   jaguar_fence_cancel:dma_fence_set_error#1 = manual [private_signal]
 *   jaguar_fence_cancel:SIGNALED_BIT#1 = manual [private_signal]
 */
#include <linux/dma-fence.h>

struct jaguar_fence {
	struct dma_fence base;
};

static bool jaguar_fence_cancel(struct jaguar_fence *jf)
{
	dma_fence_set_error(&jf->base, -ECANCELED);
	return !test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &jf->base.flags);
}
