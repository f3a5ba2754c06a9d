// SPDX-License-Identifier: GPL-2.0-only
/* A `.signaled` of each kind; "answer" says whether it can run without the fence lock. */
#include <linux/dma-fence.h>
#include <linux/io.h>

struct wren_ring {
	spinlock_t lock;
	spinlock_t other;
	volatile u32 *seqno_page;
	void __iomem *regs;
	u32 (*read)(struct wren_ring *ring);
	bool (*done)(struct wren_ring *ring);
};

struct wren_fence {
	struct dma_fence base;
	struct wren_ring *ring;
	int polls;
};

static struct wren_fence *to_wren(struct dma_fence *f)
{
	return container_of(f, struct wren_fence, base);
}

/* Only reads, through a helper. */
static u32 wren_seqno(struct wren_ring *ring)
{
	return readl(ring->regs + 0x40);
}

static bool wren_signaled_reads(struct dma_fence *f)
{
	return (s32)(wren_seqno(to_wren(f)->ring) - f->seqno) >= 0;
}

static const struct dma_fence_ops wren_reads_ops = {
	.signaled = wren_signaled_reads,	/* answer: yes */
};

/* Memory that the hardware writes; another lock is nobody's business. */
static bool wren_signaled_page(struct dma_fence *f)
{
	struct wren_ring *ring = to_wren(f)->ring;
	bool done;

	spin_lock(&ring->other);
	done = *ring->seqno_page >= f->seqno;
	spin_unlock(&ring->other);
	return done;
}

static const struct dma_fence_ops wren_page_ops = {
	.signaled = wren_signaled_page,	/* answer: yes */
};

/* Takes the driver's lock, which is the fence's. */
static bool wren_signaled_takes(struct dma_fence *f)
{
	struct wren_fence *fence = to_wren(f);
	struct wren_ring *r = fence->ring;
	unsigned long flags;

	spin_lock_irqsave(&r->lock, flags);
	fence->polls++;
	spin_unlock_irqrestore(&r->lock, flags);
	return fence->polls > 3;
}

static const struct dma_fence_ops wren_takes_ops = {
	.signaled = wren_signaled_takes,	/* answer: yes */
};

/* Wants the lock to be held, one helper away. */
static bool wren_passed(struct wren_ring *engine, u64 seqno)
{
	lockdep_assert_held(&engine->lock);
	return engine->read(engine) >= seqno;
}

static bool wren_signaled_asserts(struct dma_fence *f)
{
	return wren_passed(to_wren(f)->ring, f->seqno);
}

static const struct dma_fence_ops wren_asserts_ops = {
	.signaled = wren_signaled_asserts,	/* answer: no */
};

/* Drops what its caller took. */
static bool wren_signaled_drops(struct dma_fence *f)
{
	struct wren_ring *ring = to_wren(f)->ring;
	bool done;

	spin_unlock(&ring->lock);
	done = wren_seqno(ring) >= f->seqno;
	spin_lock(&ring->lock);
	return done;
}

static const struct dma_fence_ops wren_drops_ops = {
	.signaled = wren_signaled_drops,	/* answer: no */
};

/* Signals the fence itself, which wants the lock; the fence's lock is the inline one. */
static bool wren_signaled_signals(struct dma_fence *f)
{
	if (wren_seqno(to_wren(f)->ring) < f->seqno)
		return false;
	dma_fence_set_error(f, -EIO);
	dma_fence_signal_locked(f);
	return true;
}

static const struct dma_fence_ops wren_signals_ops = {
	.signaled = wren_signaled_signals,	/* answer: no */
};

/* A lock of the same name in a struct that is not in sight. */
static bool wren_signaled_hidden(struct dma_fence *f)
{
	struct wren_ring *ring = to_wren(f)->ring;
	bool done;

	spin_lock(&wren_parent(ring)->lock);
	done = true;
	spin_unlock(&wren_parent(ring)->lock);
	return done;
}

static const struct dma_fence_ops wren_hidden_ops = {
	.signaled = wren_signaled_hidden,	/* answer: unknown */
};

/* A pointer to functions that are in sight. */
static bool wren_signaled_pointer(struct dma_fence *f)
{
	struct wren_ring *ring = to_wren(f)->ring;

	return ring->read(ring) >= f->seqno;
}

static const struct dma_fence_ops wren_pointer_ops = {
	.signaled = wren_signaled_pointer,	/* answer: yes */
};

/* A pointer that nobody in sight sets. */
static bool wren_signaled_opaque(struct dma_fence *f)
{
	struct wren_ring *ring = to_wren(f)->ring;

	return ring->done(ring);
}

static const struct dma_fence_ops wren_opaque_ops = {
	.signaled = wren_signaled_opaque,	/* answer: unknown */
};

/* The lock of another fence, in turn. */
static bool wren_signaled_other(struct dma_fence *f)
{
	struct dma_fence *parent = wren_parent_of(to_wren(f));
	unsigned long flags;
	bool done;

	dma_fence_lock_irqsave(parent, flags);
	done = dma_fence_is_signaled_locked(parent);
	dma_fence_unlock_irqrestore(parent, flags);
	return done;
}

static const struct dma_fence_ops wren_other_ops = {
	.signaled = wren_signaled_other,	/* answer: unknown */
};

/* Not a dma_fence_ops at all. */
struct wren_poll_ops {
	bool (*signaled)(struct dma_fence *f);
};

static const struct wren_poll_ops wren_poll = {
	.signaled = wren_signaled_asserts,
};

static void wren_init(struct wren_fence *fence, struct wren_ring *ring, const struct dma_fence_ops *ops)
{
	dma_fence_init(&fence->base, ops, &ring->lock, 0, 1);
}

void wren_make(struct wren_fence *fence, struct wren_ring *ring)
{
	ring->read = wren_seqno;
	wren_init(fence, ring, &wren_takes_ops);
	wren_init(fence, ring, &wren_asserts_ops);
	wren_init(fence, ring, &wren_drops_ops);
	wren_init(fence, ring, &wren_page_ops);
	wren_init(fence, ring, &wren_hidden_ops);
	dma_fence_init(&fence->base, &wren_signals_ops, NULL, 0, 1);
	dma_fence_init(&fence->base, &wren_other_ops, NULL, 0, 1);
}
