// SPDX-License-Identifier: GPL-2.0-only OR MIT

/* All functions that take an error, for the tests in which results do not matter */

static void by_signal(struct dma_fence *f, int err)
{
	dma_fence_signal(f, err);
}

static void by_signal_locked(struct dma_fence *f, int err)
{
	dma_fence_signal_locked(f, err);
}

static void by_signal_timestamp(struct dma_fence *f, int err)
{
	dma_fence_signal_timestamp(f, ktime_get(), err);
}

static void by_signal_timestamp_locked(struct dma_fence *f, int err)
{
	dma_fence_signal_timestamp_locked(f, ktime_get(), err);
}

static void by_check_and_signal(struct dma_fence *f, int err)
{
	dma_fence_check_and_signal(f, err);
}

static void by_check_and_signal_locked(struct dma_fence *f, int err)
{
	dma_fence_check_and_signal_locked(f, err);
}

static const struct signaller {
	const char *name;
	void (*signal)(struct dma_fence *f, int err);
	bool locked;
} signallers[] = {
	{ "dma_fence_signal", by_signal, false },
	{ "dma_fence_signal_locked", by_signal_locked, true },
	{ "dma_fence_signal_timestamp", by_signal_timestamp, false },
	{ "dma_fence_signal_timestamp_locked", by_signal_timestamp_locked, true },
	{ "dma_fence_check_and_signal", by_check_and_signal, false },
	{ "dma_fence_check_and_signal_locked", by_check_and_signal_locked, true },
};
