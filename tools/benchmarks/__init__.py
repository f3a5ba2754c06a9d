# SPDX-License-Identifier: GPL-2.0-only
"""How long fencemig takes, beside others that do the same: each part measures, tables.py says what was measured."""
