# SPDX-License-Identifier: GPL-2.0-only
"""The review page: an output folder as one HTML page that needs nothing else."""
