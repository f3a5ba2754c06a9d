// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes and their eviction fences
 */

#include <linux/dma-fence.h>
#include <linux/kernel.h>

struct kfd_process {
	struct dma_fence *ef;
	u64 last_eviction_seqno;
};

/* Drop the eviction fence; nonzero when somebody else was first. */
static int kfd_signal_eviction_fence(struct kfd_process *p)
{
	struct dma_fence *ef = dma_fence_get(p->ef);
	int ret;

	if (!ef)
		return -EINVAL;

	ret = dma_fence_signal(ef);
	dma_fence_put(ef);

	return ret;
}

int kfd_process_evict(struct kfd_process *p)
{
	int signaled;

	if (kfd_signal_eviction_fence(p))
		pr_debug("Eviction fence was signaled already\n");

	signaled = dma_fence_signal(p->ef);
	if (!signaled)
		p->last_eviction_seqno = p->ef->seqno;

	return 0;
}
