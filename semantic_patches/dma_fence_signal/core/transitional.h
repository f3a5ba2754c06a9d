/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * Transitional: a call without the trailing @err means an @err of 0, until all
 * callers are converted.
 */
#define __dma_fence_noerr_1(fn, fence)		fn(fence, 0)
#define __dma_fence_noerr_2(fn, fence, err)	fn(fence, err)
#define __dma_fence_compat(fn, args...) \
	CONCATENATE(__dma_fence_noerr_, COUNT_ARGS(args))(fn, args)
#define __dma_fence_at_noerr_2(fn, fence, time)		fn(fence, time, 0)
#define __dma_fence_at_noerr_3(fn, fence, time, err)	fn(fence, time, err)
#define __dma_fence_at_compat(fn, args...) \
	CONCATENATE(__dma_fence_at_noerr_, COUNT_ARGS(args))(fn, args)

#define dma_fence_signal(args...) \
	__dma_fence_compat(dma_fence_signal, args)
#define dma_fence_signal_locked(args...) \
	__dma_fence_compat(dma_fence_signal_locked, args)
#define dma_fence_check_and_signal(args...) \
	__dma_fence_compat(dma_fence_check_and_signal, args)
#define dma_fence_check_and_signal_locked(args...) \
	__dma_fence_compat(dma_fence_check_and_signal_locked, args)
#define dma_fence_signal_timestamp(args...) \
	__dma_fence_at_compat(dma_fence_signal_timestamp, args)
#define dma_fence_signal_timestamp_locked(args...) \
	__dma_fence_at_compat(dma_fence_signal_timestamp_locked, args)
