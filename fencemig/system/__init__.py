# SPDX-License-Identifier: GPL-2.0-only
"""The only place with effects: processes, files, git."""
