// SPDX-License-Identifier: GPL-2.0-only OR MIT

static void signal_by(const struct signaller *s, struct dma_fence *f, int err)
{
	unsigned long flags;

	if (!s->locked) {
		s->signal(f, err);
		return;
	}

	spin_lock_irqsave(f->lock, flags);
	s->signal(f, err);
	spin_unlock_irqrestore(f->lock, flags);
}
