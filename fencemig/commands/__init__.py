# SPDX-License-Identifier: GPL-2.0-only
"""The commands: from options to what a terminal, a pipe and an output folder get."""
