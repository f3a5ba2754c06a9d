// SPDX-License-Identifier: GPL-2.0-only
/*
 * A loop and a case of a switch: the loop's braces go with the second
 * statement, the case keeps its break.
 *
 * Generation: both
 * Verdicts:
 *   tamar_cancel_all:dma_fence_set_error#1 = convert [merge_adjacent]
 *   tamar_cancel_all:dma_fence_signal#1 = convert [merge_adjacent]
 *   tamar_event:dma_fence_set_error#1 = convert [merge_adjacent]
 *   tamar_event:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct tamar_job {
	struct dma_fence done;
	bool active;
};

struct tamar_dev {
	struct tamar_job jobs[8];
};

static void tamar_cancel_all(struct tamar_dev *tdev)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(tdev->jobs); i++)
		dma_fence_signal(&tdev->jobs[i].done, -ECANCELED);
}

static void tamar_event(struct tamar_job *job, int event)
{
	switch (event) {
	case 0:
		job->active = true;
		break;
	case 1:
		dma_fence_signal(&job->done, -EFAULT);
		break;
	default:
		job->active = false;
		break;
	}
}
