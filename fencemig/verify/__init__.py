# SPDX-License-Identifier: GPL-2.0-only
"""Proofs about a series, without effects: fencemig/proof/ runs the tools, and asks here what their words mean.

model.py: levels, checks, the report. held.py, errors_kept.py: the ledger against the converted tree. mails.py: the
texts of patches. complaints.py: what tools say, beside what they said of the base. objects.py: which object a file
is compiled into.
"""
