// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way a buffer is completed: a blank line stays once, the block that is left
 * with one statement loses its braces, the one with a comment does not.
 *
 * Generation: both
 * Verdicts:
 *   teasel_buffer_done:dma_fence_set_error#1 = review [merge_guard_negative]
 *   teasel_buffer_done:dma_fence_signal#1 = review [merge_guard_negative]
 *   teasel_buffer_abort:dma_fence_set_error#1 = review [merge_guard_negative]
 *   teasel_buffer_abort:dma_fence_signal#1 = review [merge_guard_negative]
 */
#include <linux/dma-fence.h>

struct teasel_buffer {
	struct dma_fence *fence;
	bool attached;
};

void teasel_buffer_put(struct teasel_buffer *buf);

static void teasel_buffer_done(struct teasel_buffer *buf, int status)
{
	dma_fence_get(buf->fence);
	if (status < 0)
		dma_fence_set_error(buf->fence, status);

	dma_fence_signal(buf->fence);
	dma_fence_put(buf->fence);
	teasel_buffer_put(buf);
}

static void teasel_buffer_abort(struct teasel_buffer *buf, int status)
{
	if (buf->attached) {
		if (status < 0)
			dma_fence_set_error(buf->fence, status);
		/* The importer frees the buffer. */
		dma_fence_signal(buf->fence);
	}
}
