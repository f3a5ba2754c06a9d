// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether it was signaled is asked before: the check function tells.
 *
 * Generation: both
 * Verdicts:
 *   caiman_signal:dma_fence_signal#1 = review [check_then_result]
 */
#include <linux/dma-fence.h>

struct caiman_fence {
	struct dma_fence base;
};

static int caiman_signal(struct caiman_fence *cf)
{
	int ret = 0;

	if (dma_fence_is_signaled(&cf->base))
		ret = -EBUSY;

	dma_fence_signal(&cf->base);

	return ret;
}
