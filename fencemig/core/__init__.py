# SPDX-License-Identifier: GPL-2.0-only
"""The patch that gives a tree the API that a migration converts to, and the one that drops what was transitional."""
