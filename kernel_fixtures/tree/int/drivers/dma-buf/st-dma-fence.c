// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self tests of the fences
 */

#include <linux/dma-fence.h>
#include <linux/module.h>
#include <linux/slab.h>

static DEFINE_SPINLOCK(mock_lock);

static const char *mock_name(struct dma_fence *f)
{
	return "mock";
}

static const struct dma_fence_ops mock_ops = {
	.get_driver_name = mock_name,
	.get_timeline_name = mock_name,
};

static struct dma_fence *mock_fence(void)
{
	struct dma_fence *f = kmalloc(sizeof(*f), GFP_KERNEL);

	if (f)
		dma_fence_init(f, &mock_ops, &mock_lock, 0, 0);
	return f;
}

static int test_signaling(void *arg)
{
	struct dma_fence *f = mock_fence();
	int err = -EINVAL;

	if (!f)
		return -ENOMEM;

	if (dma_fence_signal(f)) {
		pr_err("dma_fence_signal() took a new fence for an old one\n");
		goto out;
	}

	if (!dma_fence_signal(f)) {
		pr_err("Fence could be signaled twice\n");
		goto out;
	}

	err = 0;
out:
	dma_fence_put(f);
	return err;
}

static int test_signaling_locked(void *arg)
{
	struct dma_fence *f = mock_fence();
	unsigned long flags;
	int err = 0;

	if (!f)
		return -ENOMEM;

	spin_lock_irqsave(f->lock, flags);
	if (dma_fence_signal_locked(f) != 0)
		err = -EIO;
	if (dma_fence_signal_locked(f) == 0)
		err = -EIO;
	if (dma_fence_signal_locked(f) != -EINVAL)
		err = -EIO;
	spin_unlock_irqrestore(f->lock, flags);
	dma_fence_put(f);

	return err;
}

static int test_error(void *arg)
{
	struct dma_fence *f = mock_fence();
	int err = -EINVAL;

	if (!f)
		return -ENOMEM;

	dma_fence_set_error(f, -EIO);

	if (dma_fence_get_status(f)) {
		pr_err("Fence unexpectedly has an error before it is signaled\n");
		goto out;
	}

	dma_fence_signal(f);
	if (dma_fence_get_status(f) == -EIO)
		err = 0;
out:
	dma_fence_put(f);
	return err;
}

static int test_status(void *arg)
{
	struct dma_fence *f = mock_fence();
	int status;

	if (!f)
		return -ENOMEM;

	dma_fence_signal(f);
	status = dma_fence_get_status(f);
	dma_fence_put(f);

	return status == 1 ? 0 : -EINVAL;
}

int (*const dma_fence_tests[])(void *arg) = {
	test_signaling,
	test_signaling_locked,
	test_error,
	test_status,
};
