// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-fence-batch: one fence for many
 *
 * The first error of the members becomes the error of the batch.
 */

#include <linux/dma-fence.h>
#include <linux/module.h>
#include <linux/slab.h>

/* Parked in base.error until a member fails or all are done */
#define BATCH_NO_ERROR_YET	1

struct dma_fence_batch_cb {
	struct dma_fence_cb cb;
	struct dma_fence_batch *batch;
};

struct dma_fence_batch {
	struct dma_fence base;
	spinlock_t lock;
	atomic_t num_pending;
	unsigned int num_fences;
	struct dma_fence_batch_cb cbs[] __counted_by(num_fences);
};

static void dma_fence_batch_note_error(struct dma_fence_batch *batch, int error)
{
	/* Only the first one counts */
	if (error)
		cmpxchg(&batch->base.error, BATCH_NO_ERROR_YET, error);
}

static void dma_fence_batch_settle(struct dma_fence_batch *batch)
{
	int none = BATCH_NO_ERROR_YET;

	try_cmpxchg(&batch->base.error, &none, 0);
	dma_fence_signal(&batch->base);
}

static void dma_fence_batch_member(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct dma_fence_batch_cb *member = container_of(cb, struct dma_fence_batch_cb, cb);
	struct dma_fence_batch *batch = member->batch;

	dma_fence_batch_note_error(batch, fence->error);
	if (atomic_dec_and_test(&batch->num_pending))
		dma_fence_batch_settle(batch);
}

static const char *dma_fence_batch_name(struct dma_fence *fence)
{
	return "dma_fence_batch";
}

static const struct dma_fence_ops dma_fence_batch_ops = {
	.get_driver_name = dma_fence_batch_name,
	.get_timeline_name = dma_fence_batch_name,
};

/**
 * dma_fence_batch_create - one fence for many
 * @fences: the members
 * @num: how many there are
 *
 * Return: a fence that is signalled after the last of @fences, or an error pointer.
 */
struct dma_fence *dma_fence_batch_create(struct dma_fence **fences, unsigned int num)
{
	struct dma_fence_batch *batch;
	unsigned int i;

	batch = kzalloc(sizeof(*batch) + num * sizeof(batch->cbs[0]), GFP_KERNEL);
	if (!batch)
		return ERR_PTR(-ENOMEM);

	spin_lock_init(&batch->lock);
	batch->num_fences = num;
	atomic_set(&batch->num_pending, num);
	dma_fence_init(&batch->base, &dma_fence_batch_ops, &batch->lock,
		       dma_fence_context_alloc(1), 1);
	batch->base.error = BATCH_NO_ERROR_YET;

	for (i = 0; i < num; i++) {
		batch->cbs[i].batch = batch;
		if (dma_fence_add_callback(fences[i], &batch->cbs[i].cb, dma_fence_batch_member))
			dma_fence_batch_member(fences[i], &batch->cbs[i].cb);
	}

	return &batch->base;
}
EXPORT_SYMBOL(dma_fence_batch_create);
