// SPDX-License-Identifier: GPL-2.0-only
/*
 * One loop stores the errors, another signals: between the two calls for a
 * fence stand those for all others.
 *
 * Generation: both
 * Verdicts:
 *   stork_gang_done:dma_fence_set_error#1 = manual [residual_gap]
 *   stork_gang_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct stork_gang {
	struct dma_fence done[4];
};

static void stork_gang_done(struct stork_gang *gang)
{
	int i;

	for (i = 0; i < 4; i++)
		dma_fence_set_error(&gang->done[i], -ECANCELED);
	for (i = 0; i < 4; i++)
		dma_fence_signal(&gang->done[i]);
}
