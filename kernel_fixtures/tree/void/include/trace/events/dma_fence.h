/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRACE_EVENTS_DMA_FENCE_H
#define _TRACE_EVENTS_DMA_FENCE_H

struct dma_fence;

/* What TRACE_EVENT() would make of the events. */
static inline void trace_dma_fence_init(struct dma_fence *fence) {}
static inline void trace_dma_fence_signaled(struct dma_fence *fence) {}

#endif
