/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _DRM_DRM_EXEC_H
#define _DRM_DRM_EXEC_H

#include <linux/types.h>

struct drm_gem_object;

struct drm_exec {
	u32 flags;
	u32 num_objects;
	bool contended;
};

void drm_exec_init(struct drm_exec *exec, u32 flags, unsigned int nr);
void drm_exec_fini(struct drm_exec *exec);
bool drm_exec_again(struct drm_exec *exec);
int drm_exec_lock_obj(struct drm_exec *exec, struct drm_gem_object *obj);

#define drm_exec_until_all_locked(exec)		while (drm_exec_again(exec))
#define drm_exec_retry_on_contention(exec) \
	({ if (unlikely((exec)->contended)) continue; })

#endif
