// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pair behind a label, as in an error path: the label stays where it is, in
 * front of the signal.
 *
 * Generation: both
 * Verdicts:
 *   dotterel_submit:dma_fence_set_error#1 = convert [merge_adjacent]
 *   dotterel_submit:dma_fence_signal#1 = convert [merge_adjacent]
 *   dotterel_event:dma_fence_set_error#1 = convert [merge_adjacent]
 *   dotterel_event:dma_fence_signal#1 = convert [merge_adjacent]
 */
#include <linux/dma-fence.h>

struct dotterel_job {
	struct dma_fence done;
	int state;
};

int dotterel_map(struct dotterel_job *job);
int dotterel_kick(struct dotterel_job *job);

static int dotterel_submit(struct dotterel_job *job)
{
	int ret;

	ret = dotterel_map(job);
	if (ret)
		goto err_signal;

	ret = dotterel_kick(job);
	if (ret)
		goto err_signal;

	return 0;

err_signal:
	dma_fence_set_error(&job->done, ret);
	dma_fence_signal(&job->done);
	return ret;
}

static void dotterel_event(struct dotterel_job *job)
{
	switch (job->state) {
	case 0:
		job->state = 1;
		break;
	default: /* firmware that is newer than we are */
		dma_fence_set_error(&job->done, -EPROTO);
		dma_fence_signal(&job->done);
	}
}
