// SPDX-License-Identifier: GPL-2.0-only
/*
 * The type of the struct is not in sight: the store beside a fence's signal is
 * most likely one into the fence, and for a person to judge.
 *
 * Generation: both
 * Verdicts:
 *   hazel_request_fail:->error#1 = manual [residual_gap]
 *   hazel_request_fail:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

#include "hazel_request.h"

static void hazel_request_fail(struct hazel_request *req, int err)
{
	req->hw->base.error = err;
	dma_fence_signal(&req->hw->base, 0);
}
