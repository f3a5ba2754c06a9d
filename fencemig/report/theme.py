# SPDX-License-Identifier: GPL-2.0-only
"""The colours of everything that fencemig prints for people.

Only attributes and colours out of the 16 that a terminal's own scheme defines, and of these the ones that can be
read on black and on white: git's green, red and cyan for a diff, no yellow, no blue, nothing dim. A colour never
says what the words beside it do not.
"""

from rich.theme import Theme

THEME = Theme(
    {
        "verdict.convert": "green",
        "verdict.review": "magenta",
        "verdict.manual": "red",
        "verdict.core": "none",
        "verdict.keep": "none",
        "verdict.unreached": "bold red reverse",
        "diff.head": "bold",
        "diff.hunk": "cyan",
        "diff.removed": "red",
        "diff.added": "green",
        "diff.changed": "reverse",
        "heading": "bold",
        "changed": "bold",
        # rich's own, which are of 256 colours or bright ones
        "rule.line": "none",
        "bar.back": "bright_black",
        "bar.complete": "green",
        "bar.finished": "green",
        "bar.pulse": "green",
        "progress.download": "none",
        "progress.remaining": "none",
    }
)
