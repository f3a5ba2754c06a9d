// SPDX-License-Identifier: GPL-2.0-only
/*
 * In the body of a macro nothing is rewritten.
 *
 * Generation: void
 * Verdicts:
 *   -:dma_fence_set_error#1 = manual [address_taken]
 *   -:dma_fence_check_and_signal#1 = manual [address_taken]
 */
#include <linux/dma-fence.h>

#define MOLE_CANCEL(f)						\
	({							\
		dma_fence_set_error(f, -ECANCELED);		\
		dma_fence_check_and_signal(f);			\
	})

static bool mole_cancel(struct dma_fence *fence)
{
	return MOLE_CANCEL(fence);
}
