# SPDX-License-Identifier: GPL-2.0-only
"""The plan of a patch series: layouts, subjects, texts, cover letter. Pure; the migration's words are data."""
