// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register is read twice, and may change in between: one read for both
 * would be another program.
 *
 * Generation: both
 * Verdicts:
 *   adder_irq_done:dma_fence_set_error#1 = manual [side_effect]
 *   adder_irq_done:dma_fence_signal#1 = review [plain_carried]
 */
#include <linux/dma-fence.h>

struct adder_job {
	struct dma_fence done;
	void __iomem *status;
};

static void adder_irq_done(struct adder_job *job)
{
	if (readl(job->status))
		dma_fence_set_error(&job->done, readl(job->status));
	dma_fence_signal(&job->done);
}
