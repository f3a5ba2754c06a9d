// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comments above the test and between the statements stay; one behind the
 * removed call goes above the signal.
 *
 * Generation: both
 * Verdicts:
 *   tarn_complete:dma_fence_set_error#1 = convert [merge_guard_same]
 *   tarn_complete:dma_fence_signal#1 = convert [merge_guard_same]
 *   tarn_detach:dma_fence_set_error#1 = convert [merge_guard_same]
 *   tarn_detach:dma_fence_signal#1 = convert [merge_guard_same]
 */
#include <linux/dma-fence.h>

struct tarn_req {
	struct dma_fence done;
	int status;
};

static void tarn_complete(struct tarn_req *req, int ret)
{
	req->status = ret;

	/* Positive values never get here. */
	if (ret)
		dma_fence_set_error(&req->done, ret);
	/* Wakes the importer. */
	dma_fence_signal(&req->done);
}

static void tarn_detach(struct tarn_req *req, int ret)
{
	req->status = ret;
	if (ret)
		dma_fence_set_error(&req->done, ret); /* tell the importer */
	dma_fence_signal(&req->done);
}
