// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nothing but the signal depends on the test: the pair is merged, and the test
 * stays.
 *
 * Generation: both
 * Verdicts:
 *   fennec_cleanup:dma_fence_signal#1 = convert [plain]
 *   fennec_abort:dma_fence_set_error#1 = convert [merge_adjacent]
 *   fennec_abort:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct fennec_queue {
	struct dma_fence *last_fence;
	struct dma_fence *next_fence;
};

static void fennec_cleanup(struct fennec_queue *q)
{
	if (!dma_fence_is_signaled(q->last_fence))
		dma_fence_signal(q->last_fence, 0);
}

static void fennec_abort(struct fennec_queue *q)
{
	if (!dma_fence_is_signaled(q->next_fence))
		dma_fence_signal(q->next_fence, -ECANCELED);
}
