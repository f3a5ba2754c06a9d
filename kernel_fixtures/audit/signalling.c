// SPDX-License-Identifier: GPL-2.0-only
/* What drivers do after a signal and between a test and a signal; "find" marks what the audit must find. */
#include <linux/dma-fence.h>

struct rook_job {
	struct dma_fence base;
	struct dma_fence *done;
	struct list_head link;
	struct completion idle;
	spinlock_t lock;
	bool busy;
};

static const struct dma_fence_ops rook_ops;

static struct rook_job *to_rook(struct dma_fence *f)
{
	if (f->ops != &rook_ops)
		return NULL;
	return container_of(f, struct rook_job, base);
}

void rook_done(struct rook_job *job)
{
	dma_fence_signal(&job->base);
	complete(&job->idle);	/* find: holder_after_signal */
}

void rook_put_first(struct rook_job *job)
{
	dma_fence_signal(&job->base);
	dma_fence_put(&job->base);
}

void rook_other_branch(struct rook_job *job, int err)
{
	if (err) {
		dma_fence_signal(&job->base);
		return;
	}
	job->busy = true;
}

void rook_else(struct rook_job *job, int err)
{
	if (err)
		dma_fence_signal(&job->base);
	else
		job->busy = true;
}

void rook_jumps(struct rook_job *job, int err)
{
	if (err) {
		dma_fence_signal(&job->base);
		goto out;
	}
	job->busy = true;
out:
	dma_fence_put(&job->base);
}

void rook_pointer_is_no_holder(struct rook_job *job)
{
	dma_fence_signal(job->done);
	job->busy = false;
}

void rook_reassigned(struct rook_job *job)
{
	dma_fence_signal(&job->base);
	job = NULL;
	rook_kick(job);
}

void rook_next_round(struct list_head *jobs)
{
	struct rook_job *job, *next;

	list_for_each_entry_safe(job, next, jobs, link) {
		job->busy = false;
		dma_fence_signal(&job->base);
	}
	list_for_each_entry(job, jobs, link)
		rook_kick(job);
}

void rook_shadowed(struct list_head *jobs)
{
	struct rook_job *all;

	list_for_each_entry(all, jobs, link) {
		struct rook_job *job = all;

		dma_fence_signal(&job->base);
	}
	list_for_each_entry(all, jobs, link) {
		struct rook_job *job = all;

		job->busy = false;
	}
}

void rook_container(struct dma_fence *f)
{
	struct rook_job *job = container_of(f, struct rook_job, base);

	dma_fence_signal(f);
	job->busy = false;	/* find: holder_after_signal */
	dma_fence_put(f);
	pr_info("a job is done\n");
}

void rook_names(struct dma_fence *f)
{
	dma_fence_signal(f);
	pr_info("%s is done\n", dma_fence_driver_name(f));	/* find: ops_after_signal */
}

void rook_ops_by_helper(struct dma_fence *f)
{
	dma_fence_signal(f);
	rook_forget(to_rook(f));	/* find: ops_after_signal */
}

void rook_lock(struct dma_fence *f)
{
	unsigned long flags;

	dma_fence_lock_irqsave(f, flags);
	dma_fence_signal_locked(f);
	dma_fence_unlock_irqrestore(f, flags);	/* find: lock_after_signal */
}

void rook_own_lock(struct rook_job *job, struct dma_fence *f)
{
	spin_lock(&job->lock);
	dma_fence_signal_locked(f);
	spin_unlock(&job->lock);
}

int rook_test(struct dma_fence *f)
{
	if (dma_fence_is_signaled(f))
		return -EBUSY;
	dma_fence_signal(f);	/* find: test_then_signal */
	return 0;
}

int rook_test_flag(struct rook_job *job)
{
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &job->done->flags))
		dma_fence_signal(job->done);	/* find: test_then_signal */
	return 0;
}

void rook_test_then_lock(struct rook_job *job, struct dma_fence *f)
{
	if (dma_fence_test_signaled_flag(f))
		return;
	spin_lock(&job->lock);
	dma_fence_signal_locked(f);	/* find: test_then_signal */
	spin_unlock(&job->lock);
}

void rook_test_under_lock(struct rook_job *job, struct dma_fence *f)
{
	spin_lock(&job->lock);
	if (!dma_fence_is_signaled_locked(f))
		dma_fence_signal_locked(f);
	spin_unlock(&job->lock);
}

void rook_test_another(struct dma_fence *f, struct dma_fence *g)
{
	if (!dma_fence_is_signaled(f))
		dma_fence_signal(g);
}

void rook_test_reassigned(struct dma_fence *f)
{
	if (!dma_fence_is_signaled(f))
		f = rook_next();
	f = rook_last();
	dma_fence_signal(f);
}

void rook_check(struct dma_fence *f)
{
	if (dma_fence_check_and_signal(f))
		pr_info("it was\n");
}

/* dma_fence_signal(f); dma_fence_driver_name(f); in a comment is nothing */
