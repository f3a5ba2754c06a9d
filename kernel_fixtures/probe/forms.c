// SPDX-License-Identifier: GPL-2.0-only
/* All forms of a site, each with a mark in its line: what the probe reports, and nothing else. */
#include <linux/dma-fence.h>

struct heron {
	struct dma_fence base;
	struct dma_fence *fence;
	int error;
};

static void heron_calls(struct heron *heron, struct dma_fence *f, ktime_t t, int err)
{
	dma_fence_set_error(f, err);			/* site */
	dma_fence_signal(f);				/* site */
	dma_fence_signal(f, 0);				/* site */
	dma_fence_signal_locked(&heron->base);		/* site */
	dma_fence_signal_timestamp(f, t);		/* site */
	dma_fence_signal_timestamp_locked(heron->fence,	/* site */
					  t);
	if (dma_fence_check_and_signal(f))		/* site */
		dma_fence_check_and_signal_locked(f);	/* site */
	while (dma_fence_signal(heron->fence))		/* site */
		cpu_relax();
}

static int heron_value(struct dma_fence *f)
{
	return dma_fence_signal_locked(f);		/* site */
}

static void heron_stores(struct heron *heron, struct dma_fence *f, int err)
{
	f->error = err;					/* site */
	heron->base.error = err;			/* site */
	heron->error |= err;				/* site */
	WRITE_ONCE(f->error, err);			/* site */
	smp_store_release(&heron->base.error, err);	/* site */
	cmpxchg(&f->error, 0, err);			/* site */
	xchg_relaxed(&heron->base.error, err);		/* site */
}

static void heron_bits(struct dma_fence *f)
{
	set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);	/* site */
	if (test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags))	/* site */
		return;
	set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &f->flags);
	clear_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);
}

/* dma_fence_signal(f) in a comment, "dma_fence_signal(f)" in a string, a name, a reading, another name. */
static int heron_none(struct heron *heron, struct dma_fence *f)
{
	void (*signal)(struct dma_fence *) = (void *)dma_fence_signal;
	int error = f->error;

	pr_debug("dma_fence_signal(f)");
	if (f->error == -EIO || READ_ONCE(heron->base.error))
		signal(f);
	dma_fence_signal_later(f);
	dma_fence_is_signaled(f);
	return error;
}
