// SPDX-License-Identifier: GPL-2.0-only

static void drm_sched_cancel_error(struct kunit *test)
{
	struct drm_mock_sched_entity *entity;
	struct drm_mock_scheduler *sched;
	struct drm_mock_sched_job *job;
	struct dma_fence *finished;
	bool done;

	/*
	 * Verify that the finished fence of a job that drm_sched_fini() has
	 * cancelled carries the error of the hardware fence.
	 */

	sched = drm_mock_sched_new(test, MAX_SCHEDULE_TIMEOUT);
	entity = drm_mock_sched_entity_new(test, DRM_SCHED_PRIORITY_NORMAL,
					   sched);
	job = drm_mock_sched_job_new(test, entity);

	drm_mock_sched_job_submit(job);
	finished = dma_fence_get(&job->base.s_fence->finished);

	done = drm_mock_sched_job_wait_scheduled(job, HZ);
	KUNIT_EXPECT_TRUE(test, done);

	drm_mock_sched_entity_free(entity);
	drm_mock_sched_fini(sched);

	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(finished));
	KUNIT_EXPECT_EQ(test, finished->error, -ECANCELED);

	dma_fence_put(finished);
}
