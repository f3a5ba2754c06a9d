// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result is assigned, returned or turned into an error.
 *
 * Generation: void
 * Verdicts:
 *   okapi_evict:dma_fence_check_and_signal#1 = convert [check_existing]
 *   okapi_swap:dma_fence_check_and_signal#1 = convert [check_existing]
 *   okapi_errno:dma_fence_check_and_signal#1 = convert [check_existing]
 */
#include <linux/dma-fence.h>

struct okapi_proc {
	struct dma_fence *ef;
};

void okapi_proc_release(struct okapi_proc *p, bool signaled);

static void okapi_evict(struct okapi_proc *p)
{
	bool signaled = dma_fence_check_and_signal(p->ef, 0);

	okapi_proc_release(p, signaled);
}

static bool okapi_swap(struct dma_fence *fence)
{
	return dma_fence_check_and_signal(fence, 0);
}

static int okapi_errno(struct dma_fence *fence)
{
	return dma_fence_check_and_signal(fence, 0) ? -EINVAL : 0;
}
