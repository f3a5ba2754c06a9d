# SPDX-License-Identifier: GPL-2.0-only
"""Texts of decisions.toml files, for those who read and write them: fencemig, and the review page in a browser."""

from hypothesis import strategies as st

FULL = """\
# The decisions of the finch team.

[[site]]
id = "drivers/a.c:f:dma_fence_signal#1"   # seen with the hardware people
decision = "accept"

# comes first upstream
[[patch]]
subsystem = "drm/amdgpu"
file = "fixups/amdgpu.patch"

[[site]]
reason = 'waits for "the rework"'
id = "drivers/a.c:g:dma_fence_signal#1"
decision = "hold"

[changelog]
v2 = \"\"\"
- rebased
[[site]] is no table in here
\"\"\"
# the end
"""

COMMENTED = """\
# The decisions of the finch team.

# seen with the hardware people
[[site]]
id = "a"
decision = "accept"

# about nothing in particular

# comes first upstream
[[patch]]
subsystem = "drm/amdgpu"
file = "fixups/amdgpu.patch"
[[site]]
id = "b" # in a line
decision = "hold"
reason = \"\"\"
# no comment, and [[site]] is
[[site]]
# no table\"\"\"
# the end
"""
# Any file is made of these; each names what it is.
PARTS = (
    "\n",
    "# a comment\n",
    "# two\n# comments\n\n",
    '[[site]]\nid = "ID"\ndecision = "accept"\n',
    '[[ site ]] # here\n  id = \'ID\'\n  decision = "hold"\n  # why\n  reason = """\n# a\n[[site]]\n# and "that""""\n',
    '[[patch]]\nsubsystem = "drm/ID"\nfile = "a.patch"\n',
)

# What can be a reason as it stands.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Z")), min_size=1)
