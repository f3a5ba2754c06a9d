# SPDX-License-Identifier: GPL-2.0-only
"""What a condition may answer about a match that does not count."""

from fencemig.transform import Refusal

SIDE_EFFECT, GAP = "side_effect", "residual_gap"
NO_MATTER = Refusal("", "")  # the rule is just not for this site: another one, or none, says what it is
