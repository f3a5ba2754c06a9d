// SPDX-License-Identifier: GPL-2.0-only
/*
 * A timeout handler stores an error and signals at once: one call says both.
 *
 * Generation: both
 * Verdicts:
 *   vexa_fence_timeout:dma_fence_set_error#1 = convert [merge_adjacent]
 *   vexa_fence_timeout:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct vexa_fence {
	struct dma_fence base;
	struct delayed_work timeout_work;
	bool timed_out;
};

static void vexa_fence_timeout(struct work_struct *work)
{
	struct vexa_fence *vf = container_of(work, struct vexa_fence, timeout_work.work);

	vf->timed_out = true;
	dma_fence_signal(&vf->base, -ETIMEDOUT);
	dma_fence_put(&vf->base);
}
