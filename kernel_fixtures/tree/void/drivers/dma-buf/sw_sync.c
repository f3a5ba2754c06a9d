// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timelines that user space moves forward
 */

#include <linux/dma-fence.h>
#include <linux/module.h>
#include <linux/slab.h>

struct sync_timeline {
	struct kref kref;
	spinlock_t lock;
	struct list_head points;
	u64 context;
	u64 value;
};

struct sync_point {
	struct dma_fence base;
	struct list_head link;
	struct sync_timeline *parent;
	ktime_t deadline;
};

static struct sync_point *to_sync_point(struct dma_fence *fence)
{
	return container_of(fence, struct sync_point, base);
}

static const char *sync_point_name(struct dma_fence *fence)
{
	return "sw_sync";
}

static bool sync_point_signaled(struct dma_fence *fence)
{
	struct sync_point *point = to_sync_point(fence);

	if (point->deadline && ktime_after(ktime_get(), point->deadline)) {
		dma_fence_set_error(fence, -ETIME);
		return true;
	}

	return fence->seqno <= point->parent->value;
}

static const struct dma_fence_ops sync_point_ops = {
	.get_driver_name = sync_point_name,
	.get_timeline_name = sync_point_name,
	.signaled = sync_point_signaled,
};

struct dma_fence *sync_point_create(struct sync_timeline *obj, u64 value, ktime_t deadline)
{
	struct sync_point *point = kzalloc(sizeof(*point), GFP_KERNEL);

	if (!point)
		return ERR_PTR(-ENOMEM);

	point->parent = obj;
	point->deadline = deadline;
	dma_fence_init(&point->base, &sync_point_ops, &obj->lock, obj->context, value);

	spin_lock_irq(&obj->lock);
	list_add_tail(&point->link, &obj->points);
	spin_unlock_irq(&obj->lock);

	return &point->base;
}

void sync_timeline_advance(struct sync_timeline *obj, unsigned int inc)
{
	struct sync_point *point, *next;

	spin_lock_irq(&obj->lock);
	obj->value += inc;
	list_for_each_entry_safe(point, next, &obj->points, link) {
		if (point->base.seqno > obj->value)
			break;
		list_del_init(&point->link);
		dma_fence_signal_locked(&point->base);
	}
	spin_unlock_irq(&obj->lock);
}

/* The file is closed: nobody is going to move this timeline any more. */
void sync_timeline_release(struct sync_timeline *obj)
{
	struct sync_point *point, *next;

	spin_lock_irq(&obj->lock);
	list_for_each_entry_safe(point, next, &obj->points, link) {
		dma_fence_set_error(&point->base, -ENOENT);
		dma_fence_signal_locked(&point->base);
	}
	spin_unlock_irq(&obj->lock);
}
