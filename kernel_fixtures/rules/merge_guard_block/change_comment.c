// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comment in the block keeps the braces; a blank line before the removed call
 * does not stay before the closing brace.
 *
 * Generation: both
 * Verdicts:
 *   thyme_flush_work:dma_fence_set_error#1 = convert [merge_guard_block]
 *   thyme_flush_work:dma_fence_signal#1 = convert [merge_guard_block]
 *   thyme_fini:dma_fence_set_error#1 = convert [merge_guard_block]
 *   thyme_fini:dma_fence_signal#1 = convert [merge_guard_block]
 */
#include <linux/dma-fence.h>

struct thyme_flush {
	struct work_struct work;
	struct dma_fence base;
	bool broken;
	unsigned int errors;
};

int thyme_flush_wait(struct thyme_flush *flush);

static void thyme_flush_work(struct work_struct *work)
{
	struct thyme_flush *flush = container_of(work, struct thyme_flush, work);
	int ret;

	ret = thyme_flush_wait(flush);
	if (ret) {
		/* The next flush resets the engine. */
		flush->broken = true;
		dma_fence_set_error(&flush->base, ret);
	}

	dma_fence_signal(&flush->base);
	dma_fence_put(&flush->base);
}

static void thyme_fini(struct thyme_flush *flush, int ret)
{
	if (ret) {
		flush->broken = true;
		flush->errors++;

		dma_fence_set_error(&flush->base, ret);
	}
	dma_fence_signal(&flush->base);
}
