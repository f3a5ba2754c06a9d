# SPDX-License-Identifier: GPL-2.0-only
"""How far a proof goes. Alone here, as the command line needs it at once, and nothing else of verify."""

from enum import StrEnum


class Level(StrEnum):
    """How far a proof goes; each level includes those before it."""

    APPLY = "apply"
    STYLE = "style"
    SYNTAX = "syntax"
    BUILD = "build"
    KUNIT = "kunit"

    def upto(self) -> tuple["Level", ...]:
        """This level and those that it includes, in order."""
        levels = tuple(Level)
        return levels[: levels.index(self) + 1]
