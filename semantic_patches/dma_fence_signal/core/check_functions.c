// SPDX-License-Identifier: GPL-2.0-only

/**
 * dma_fence_check_and_signal_locked - signal a fence unless it is signaled
 * @fence: the fence to check and signal
 * @err: negative error code to store in the fence, 0 to keep what is stored
 *
 * Tells whether the fence was signaled already, and signals it if it was not,
 * with the semantics of @err that dma_fence_signal() has.
 *
 * Unlike dma_fence_check_and_signal(), this function must be called with
 * &dma_fence.lock held.
 *
 * Return: true if the fence was signaled already, false otherwise.
 */
bool dma_fence_check_and_signal_locked(struct dma_fence *fence, int err)
{
	bool ret;

	ret = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
	dma_fence_signal_locked(fence, err);

	return ret;
}
EXPORT_SYMBOL(dma_fence_check_and_signal_locked);

/**
 * dma_fence_check_and_signal - signal a fence unless it is signaled
 * @fence: the fence to check and signal
 * @err: negative error code to store in the fence, 0 to keep what is stored
 *
 * Tells whether the fence was signaled already, and signals it if it was not,
 * with the semantics of @err that dma_fence_signal() has. The test and the
 * signal are one step under the fence lock: of two callers that race with each
 * other, one gets false.
 *
 * Return: true if the fence was signaled already, false otherwise.
 */
bool dma_fence_check_and_signal(struct dma_fence *fence, int err)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(fence->lock, flags);
	ret = dma_fence_check_and_signal_locked(fence, err);
	spin_unlock_irqrestore(fence->lock, flags);

	return ret;
}
EXPORT_SYMBOL(dma_fence_check_and_signal);
