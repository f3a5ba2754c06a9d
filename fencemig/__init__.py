# SPDX-License-Identifier: GPL-2.0-only
"""fencemig: tree-wide API migrations in the Linux kernel, driven by Coccinelle."""

__version__ = "0.1.0"
