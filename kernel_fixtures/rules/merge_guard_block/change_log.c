// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block also logs: the log stays under the test, without braces when it is
 * all that is left.
 *
 * Generation: both
 * Verdicts:
 *   basil_run:dma_fence_set_error#1 = convert [merge_guard_block]
 *   basil_run:dma_fence_signal#1 = convert [merge_guard_block]
 *   basil_run_locked:dma_fence_set_error#1 = convert [merge_guard_block]
 *   basil_run_locked:dma_fence_signal_locked#1 = convert [merge_guard_block]
 */
#include <linux/dma-fence.h>

struct basil_req {
	struct device *dev;
	struct dma_fence base;
	unsigned int failures;
};

static void basil_run(struct basil_req *req, int err)
{
	if (err) {
		dev_err(req->dev, "request failed: %d\n", err);
		dma_fence_set_error(&req->base, err);
	}
	dma_fence_signal(&req->base);
}

static void basil_run_locked(struct basil_req *req, int err)
{
	if (unlikely(err)) {
		dev_err(req->dev, "request failed: %d\n", err);
		req->failures++;
		dma_fence_set_error(&req->base, err);
	}
	dma_fence_signal_locked(&req->base);
}
