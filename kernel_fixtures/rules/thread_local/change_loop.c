// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a loop the local is declared, and so reset, in each round; without a
 * declaration to follow, it gets a blank line of its own.
 *
 * Generation: both
 * Verdicts:
 *   ocicat_flush:dma_fence_set_error#1 = review [thread_local]
 *   ocicat_flush:dma_fence_set_error#2 = review [thread_local]
 *   ocicat_flush:dma_fence_set_error#3 = review [thread_local]
 *   ocicat_flush:dma_fence_signal_locked#1 = review [thread_local]
 */
#include <linux/dma-fence.h>

struct ocicat_seq {
	struct dma_fence base;
	unsigned int state;
};

static void ocicat_flush(struct ocicat_seq *seqs, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (seqs[i].state == 1)
			dma_fence_set_error(&seqs[i].base, -EIO);
		else if (seqs[i].state == 2)
			dma_fence_set_error(&seqs[i].base, -ETIME);
		else if (seqs[i].state == 3)
			dma_fence_set_error(&seqs[i].base, -ENODEV);

		dma_fence_signal_locked(&seqs[i].base);
	}
}
