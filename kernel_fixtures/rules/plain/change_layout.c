// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comments, broken lines and lines near the limit stay as they are.
 *
 * Generation: both
 * Verdicts:
 *   caracal_gang_submission_retire:dma_fence_signal#1 = convert [plain]
 *   caracal_gang_submission_retire:dma_fence_signal#2 = convert [plain]
 *   caracal_gang_submission_retire:dma_fence_signal_timestamp#1 = convert [plain]
 */
#include <linux/dma-fence.h>

struct caracal_ring {
	struct dma_fence *last_completed_submission;
};

struct caracal_device {
	struct caracal_ring rings[4];
	ktime_t (*clock)(struct caracal_device *cdev);
};

static void caracal_gang_submission_retire(struct caracal_device *cdev, unsigned int ring_index)
{
	dma_fence_signal(cdev->rings[ring_index % 4].last_completed_submission /* its ring */);
	dma_fence_signal(/* the gang's */ cdev->rings[0].last_completed_submission);
	dma_fence_signal_timestamp(cdev->rings[ring_index % 4].last_completed_submission,
				   cdev->clock(cdev));
}
