// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core calls back and signals by itself: what such a callback should do
 * with an error is the redesign's question.
 *
 * Generation: both
 * Verdicts:
 *   margay_fence_enable_signaling:dma_fence_set_error#1 = manual [residual_callback]
 *   margay_fence_enable_signaling:dma_fence_signal_locked#1 = manual [residual_callback]
 */
#include <linux/dma-fence.h>

struct margay_fence {
	struct dma_fence base;
	bool dead;
};

static const char *margay_fence_name(struct dma_fence *fence)
{
	return "margay";
}

static bool margay_fence_enable_signaling(struct dma_fence *fence)
{
	struct margay_fence *mf = container_of(fence, struct margay_fence, base);

	if (mf->dead) {
		dma_fence_set_error(fence, -ENODEV);
		dma_fence_signal_locked(fence);
	}
	return !mf->dead;
}

static const struct dma_fence_ops margay_fence_ops = {
	.get_driver_name = margay_fence_name,
	.get_timeline_name = margay_fence_name,
	.enable_signaling = margay_fence_enable_signaling,
};
