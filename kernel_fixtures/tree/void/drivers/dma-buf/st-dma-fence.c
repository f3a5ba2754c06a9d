// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self tests of the fences
 */

#include <linux/dma-fence.h>
#include <linux/module.h>
#include <linux/slab.h>

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
		dma_fence_init(f, &mock_ops, NULL, 0, 0);
	return f;
}

static int test_signaling(void *arg)
{
	struct dma_fence *f = mock_fence();
	int err = -EINVAL;

	if (!f)
		return -ENOMEM;

	if (dma_fence_is_signaled(f)) {
		pr_err("Fence unexpectedly signaled on creation\n");
		goto out;
	}

	if (dma_fence_check_and_signal(f)) {
		pr_err("dma_fence_check_and_signal() took a new fence for an old one\n");
		goto out;
	}

	if (!dma_fence_check_and_signal(f)) {
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
	bool late;

	if (!f)
		return -ENOMEM;

	dma_fence_lock_irqsave(f, flags);
	late = dma_fence_check_and_signal_locked(f);
	dma_fence_unlock_irqrestore(f, flags);
	dma_fence_put(f);

	return late ? -EINVAL : 0;
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
	if (dma_fence_get_status(f) != -EIO) {
		pr_err("The error got lost\n");
		goto out;
	}

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

static void mock_fail(struct dma_fence *f)
{
	dma_fence_set_error(f, -EHWPOISON);
}

static int test_failed_elsewhere(void *arg)
{
	struct dma_fence *f = mock_fence();
	int status;

	if (!f)
		return -ENOMEM;

	mock_fail(f);
	dma_fence_signal(f);
	status = dma_fence_get_status(f);
	dma_fence_put(f);

	return status == -EHWPOISON ? 0 : -EINVAL;
}

int (*const dma_fence_tests[])(void *arg) = {
	test_signaling,
	test_signaling_locked,
	test_error,
	test_status,
	test_failed_elsewhere,
};
