// SPDX-License-Identifier: GPL-2.0-only OR MIT

KUNIT_ARRAY_PARAM_DESC(signaller, signallers, name);

static void test_err_stored(struct kunit *test)
{
	struct dma_fence *f;

	f = mock_fence();
	KUNIT_ASSERT_NOT_NULL(test, f);

	signal_by(test->param_value, f, -EIO);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(f), -EIO);

	dma_fence_put(f);
}

static void test_err_after_store(struct kunit *test)
{
	struct dma_fence *kept, *replaced;

	kept = mock_fence();
	KUNIT_ASSERT_NOT_NULL(test, kept);
	replaced = mock_fence();
	KUNIT_ASSERT_NOT_NULL(test, replaced);

	kept->error = -EIO;
	signal_by(test->param_value, kept, 0);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(kept), -EIO);

	replaced->error = -EIO;
	signal_by(test->param_value, replaced, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(replaced), -ETIMEDOUT);

	dma_fence_put(replaced);
	dma_fence_put(kept);
}

static void test_err_too_late(struct kunit *test)
{
	struct dma_fence *done, *failed;

	done = mock_fence();
	KUNIT_ASSERT_NOT_NULL(test, done);
	failed = mock_fence();
	KUNIT_ASSERT_NOT_NULL(test, failed);

	dma_fence_signal(done, 0);
	signal_by(test->param_value, done, -EIO);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(done), 1);

	dma_fence_signal(failed, -EIO);
	signal_by(test->param_value, failed, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(failed), -EIO);

	dma_fence_put(failed);
	dma_fence_put(done);
}

struct status_cb {
	struct dma_fence_cb cb;
	int status;
};

static void status_callback(struct dma_fence *f, struct dma_fence_cb *cb)
{
	container_of(cb, struct status_cb, cb)->status =
		dma_fence_get_status_locked(f);
}

static void test_err_in_callback(struct kunit *test)
{
	struct status_cb cb = {};
	struct dma_fence *f;

	f = mock_fence();
	KUNIT_ASSERT_NOT_NULL(test, f);

	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(f, &cb.cb, status_callback), 0);
	signal_by(test->param_value, f, -EIO);
	KUNIT_EXPECT_EQ(test, cb.status, -EIO);

	dma_fence_put(f);
}

static void test_err_check_and_signal(struct kunit *test)
{
	struct dma_fence *f;

	f = mock_fence();
	KUNIT_ASSERT_NOT_NULL(test, f);

	KUNIT_EXPECT_FALSE(test, dma_fence_check_and_signal(f, -EIO));
	KUNIT_EXPECT_TRUE(test, dma_fence_check_and_signal(f, -ETIMEDOUT));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(f), -EIO);

	dma_fence_put(f);
}

static void test_err_timestamp(struct kunit *test)
{
	const ktime_t then = ms_to_ktime(1);
	struct dma_fence *f;

	f = mock_fence();
	KUNIT_ASSERT_NOT_NULL(test, f);

	dma_fence_signal_timestamp(f, then, -EIO);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(f), -EIO);
	KUNIT_EXPECT_EQ(test, dma_fence_timestamp(f), then);

	dma_fence_put(f);
}
