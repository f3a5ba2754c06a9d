// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fences of the Plover's scaler
 */

#include <linux/dma-fence.h>
#include <linux/list.h>

struct plover_scaler {
	struct dma_fence *frame_done;
	struct dma_fence *flip_done;
	struct dma_fence *scan_done;
	struct dma_fence *scale_done;
	struct dma_fence *stop_done;
	unsigned int missed;
	u32 slot;
};

void plover_frame_missed(struct plover_scaler *scaler)
{
	dma_fence_set_error(scaler->frame_done, -ETIME);
	scaler->missed++;
	scaler->slot = 0;
	dma_fence_signal(scaler->frame_done);
}

void plover_flip_failed(struct plover_scaler *scaler, ktime_t when)
{
	dma_fence_set_error(scaler->flip_done, -EIO);
	if (when)
		dma_fence_signal_timestamp(scaler->flip_done, when);
	else
		dma_fence_signal(scaler->flip_done);
}

void plover_scan_end(struct plover_scaler *scaler)
{
	if (!dma_fence_is_signaled(scaler->scan_done))
		dma_fence_set_error(scaler->scan_done, -ESHUTDOWN);
	dma_fence_signal(scaler->scan_done);
}

void plover_scale_end(struct plover_scaler *scaler)
{
	if (!dma_fence_is_signaled_locked(scaler->scale_done)) {
		dma_fence_set_error(scaler->scale_done, -ESHUTDOWN);
	}
	dma_fence_signal_locked(scaler->scale_done);
}

void plover_detach(struct plover_scaler *scaler, bool quiet)
{
	struct dma_fence *f = scaler->stop_done;

	dma_fence_set_error(f, -EIO);

	if (!quiet)
		pr_err("slot %u detached\n", scaler->slot);

	dma_fence_signal(f);
}
