// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signalling drops the error of a signaled fence by itself: the test goes, and
 * with it a poll of the driver.
 *
 * Generation: both
 * Verdicts:
 *   weasel_stop:dma_fence_set_error#1 = review [merge_guard_polled]
 *   weasel_stop:dma_fence_signal#1 = review [merge_guard_polled]
 *   weasel_stop_locked:dma_fence_set_error#1 = review [merge_guard_polled]
 *   weasel_stop_locked:dma_fence_signal_locked#1 = review [merge_guard_polled]
 */
#include <linux/dma-fence.h>

struct weasel_job {
	struct dma_fence done;
};

static void weasel_stop(struct weasel_job *job, int err)
{
	dma_fence_signal(&job->done, err);
}

static void weasel_stop_locked(struct weasel_job *job)
{
	dma_fence_signal_locked(&job->done, -ECANCELED);
}
