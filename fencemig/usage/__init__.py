# SPDX-License-Identifier: GPL-2.0-only
"""The command line as data: what --help, shell completion, the man page and docs/commands.md are made from."""
