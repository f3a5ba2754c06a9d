// SPDX-License-Identifier: GPL-2.0-only OR MIT

static void signal_by(const struct signaller *s, struct dma_fence *f, int err)
{
	unsigned long flags;

	if (!s->locked) {
		s->signal(f, err);
		return;
	}

	dma_fence_lock_irqsave(f, flags);
	s->signal(f, err);
	dma_fence_unlock_irqrestore(f, flags);
}
