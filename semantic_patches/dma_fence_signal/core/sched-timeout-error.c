// SPDX-License-Identifier: GPL-2.0-only

static void drm_sched_timeout_error(struct kunit *test)
{
	struct drm_mock_scheduler *sched = test->priv;
	struct drm_mock_sched_entity *entity;
	struct drm_mock_sched_job *job;
	struct dma_fence *finished;

	/*
	 * Let a job time out and verify that the error of its hardware fence
	 * reaches the finished fence.
	 */

	entity = drm_mock_sched_entity_new(test,
					   DRM_SCHED_PRIORITY_NORMAL,
					   sched);
	job = drm_mock_sched_job_new(test, entity);

	drm_mock_sched_job_submit(job);
	finished = dma_fence_get(&job->base.s_fence->finished);

	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(finished, false, HZ), 0);
	KUNIT_EXPECT_EQ(test, finished->error, -ETIMEDOUT);

	dma_fence_put(finished);
	drm_mock_sched_entity_free(entity);
}
