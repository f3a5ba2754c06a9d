/* SPDX-License-Identifier: GPL-2.0-only */
bool dma_fence_check_and_signal(struct dma_fence *fence, int err);
bool dma_fence_check_and_signal_locked(struct dma_fence *fence, int err);
