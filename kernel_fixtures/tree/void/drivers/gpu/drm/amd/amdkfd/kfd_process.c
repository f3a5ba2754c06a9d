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

static int kfd_process_restore(struct kfd_process *p)
{
	return p->last_eviction_seqno ? 0 : -EAGAIN;
}

/* Drop the eviction fence; true when somebody else was first. */
bool kfd_signal_eviction_fence(struct kfd_process *p)
{
	struct dma_fence *ef = dma_fence_get(p->ef);
	bool ret;

	if (!ef)
		return true;

	ret = dma_fence_check_and_signal(ef);
	dma_fence_put(ef);

	return ret;
}

int kfd_process_evict(struct kfd_process *p)
{
	if (kfd_signal_eviction_fence(p))
		pr_debug("Eviction fence was signaled already\n");

	return kfd_process_restore(p);
}
