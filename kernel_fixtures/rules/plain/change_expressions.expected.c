// SPDX-License-Identifier: GPL-2.0-only
/*
 * A signal as a part of a larger statement: in a for, behind a comma, as a
 * single statement of an else, in a switch.
 *
 * Generation: both
 * Verdicts:
 *   serval_poll:dma_fence_signal#1 = convert [plain]
 *   serval_poll:dma_fence_signal#2 = convert [plain]
 *   serval_poll:dma_fence_signal#3 = convert [plain]
 *   serval_poll:dma_fence_signal#4 = convert [plain]
 */
#include <linux/dma-fence.h>

struct serval_job {
	struct serval_job *next;
	struct dma_fence done;
	int state;
};

static void serval_poll(struct serval_job *job)
{
	struct serval_job *iter;

	for (iter = job; iter; iter = iter->next)
		dma_fence_signal(&iter->done, 0);

	if (!job->next)
		job->state = 0;
	else
		dma_fence_signal(&job->next->done, 0);

	switch (job->state) {
	case 1:
		dma_fence_signal(&job->done, 0);
		break;
	default:
		job->state = 0, dma_fence_signal(&job->done, 0);
		break;
	}
}
