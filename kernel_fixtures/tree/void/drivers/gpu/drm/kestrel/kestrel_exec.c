// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding buffers with all of them locked
 */

#include <linux/slab.h>

#include <drm/drm_exec.h>

#include "kestrel_job.h"

struct kestrel_pages {
	u64 addr[16];
};

struct kestrel_bind {
	struct dma_fence bind_done;
	struct drm_gem_object *obj;
	int err;
};

int kestrel_exec_bind(struct kestrel_bind *bind)
{
	struct kestrel_pages *pages __free(kfree) = kzalloc(sizeof(*pages), GFP_KERNEL);
	struct drm_exec exec;
	int ret = 0;

	if (!pages) {
		dma_fence_set_error(&bind->bind_done, -ENOMEM);
		dma_fence_signal(&bind->bind_done);
		return -ENOMEM;
	}

	drm_exec_init(&exec, 0, 1);
	drm_exec_until_all_locked(&exec) {
		ret = drm_exec_lock_obj(&exec, bind->obj);
		drm_exec_retry_on_contention(&exec);
		if (ret) {
			dma_fence_set_error(&bind->bind_done, ret);
			dma_fence_signal(&bind->bind_done);
			break;
		}
	}
	drm_exec_fini(&exec);

	if (!ret)
		dma_fence_signal(&bind->bind_done);

	return ret;
}
