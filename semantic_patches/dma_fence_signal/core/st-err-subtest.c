// SPDX-License-Identifier: GPL-2.0-only OR MIT

struct status_cb {
	struct dma_fence_cb cb;
	int status;
};

static void status_callback(struct dma_fence *f, struct dma_fence_cb *cb)
{
	container_of(cb, struct status_cb, cb)->status =
		dma_fence_get_status_locked(f);
}

/* Store @early, signal with @err, then once more with @late */
static int expect_status(const struct signaller *s, int early, int err, int late,
			 int status)
{
	struct status_cb cb = {};
	struct dma_fence *f;
	int ret = -EINVAL;

	f = mock_fence();
	if (!f)
		return -ENOMEM;

	f->error = early;

	if (dma_fence_add_callback(f, &cb.cb, status_callback)) {
		pr_err("Failed to add callback, fence already signaled!\n");
		goto err_free;
	}

	signal_by(s, f, err);
	if (cb.status != status) {
		pr_err("%s(%d) after %d: callback got status %d\n",
		       s->name, err, early, cb.status);
		goto err_free;
	}

	signal_by(s, f, late);
	if (dma_fence_get_status(f) != status) {
		pr_err("%s(%d) changed status %d to %d\n",
		       s->name, late, status, dma_fence_get_status(f));
		goto err_free;
	}

	ret = 0;
err_free:
	dma_fence_put(f);
	return ret;
}

static int test_err(void *arg)
{
	const struct signaller *s;

	for (s = signallers; s < signallers + ARRAY_SIZE(signallers); s++) {
		if (expect_status(s, 0, -EIO, -ETIMEDOUT, -EIO) ||
		    expect_status(s, -EIO, -ETIMEDOUT, 0, -ETIMEDOUT) ||
		    expect_status(s, -EIO, 0, 0, -EIO) ||
		    expect_status(s, 0, 0, -EIO, 1))
			return -EINVAL;
	}

	return 0;
}

static int test_err_check_and_signal(void *arg)
{
	struct dma_fence *f;
	int err = -EINVAL;

	f = mock_fence();
	if (!f)
		return -ENOMEM;

	if (dma_fence_check_and_signal(f, -EIO)) {
		pr_err("Fence reported being already signaled\n");
		goto err_free;
	}

	if (!dma_fence_check_and_signal(f, -ETIMEDOUT)) {
		pr_err("Fence reported not being already signaled\n");
		goto err_free;
	}

	if (dma_fence_get_status(f) != -EIO) {
		pr_err("Fence not reporting error status, got %d\n",
		       dma_fence_get_status(f));
		goto err_free;
	}

	err = 0;
err_free:
	dma_fence_put(f);
	return err;
}

static int test_err_timestamp(void *arg)
{
	const ktime_t then = ms_to_ktime(1);
	struct dma_fence *f;
	int err = -EINVAL;

	f = mock_fence();
	if (!f)
		return -ENOMEM;

	dma_fence_signal_timestamp(f, then, -EIO);
	if (dma_fence_get_status(f) != -EIO || dma_fence_timestamp(f) != then) {
		pr_err("Fence not reporting error and time, got %d, %lld\n",
		       dma_fence_get_status(f), dma_fence_timestamp(f));
		goto err_free;
	}

	err = 0;
err_free:
	dma_fence_put(f);
	return err;
}
