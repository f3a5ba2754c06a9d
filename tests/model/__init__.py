# SPDX-License-Identifier: GPL-2.0-only
"""A small dma_fence in user space (model.c, include/), and what runs a driver file's functions against it."""
