// SPDX-License-Identifier: GPL-2.0-only
/*
 * The function is used as a value, or stands in the body of a macro: a person
 * has to find where it is called.
 *
 * Generation: void
 * Verdicts:
 *   -:dma_fence_signal#1 = manual [address_taken]
 *   -:dma_fence_signal_locked#1 = manual [address_taken]
 *   civet_init:dma_fence_signal#1 = manual [address_taken]
 */
#include <linux/dma-fence.h>

typedef void (*civet_fence_fn)(struct dma_fence *fence);

#define CIVET_SIGNAL(job)	dma_fence_signal(&(job)->done)
#define CIVET_SIGNAL_LOCKED(job) \
	dma_fence_signal_locked(&(job)->done)

struct civet_job {
	struct dma_fence done;
	civet_fence_fn complete;
};

static void civet_init(struct civet_job *job)
{
	job->complete = dma_fence_signal;
}

static void civet_done(struct civet_job *job)
{
	CIVET_SIGNAL(job);
}
