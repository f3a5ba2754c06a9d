# SPDX-License-Identifier: GPL-2.0-only
"""rich's console, as the commands use it."""

from rich.console import Console


class Screen(Console):
    """A console that leaves it to the command what happens when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Raise what guarded() knows how to end with; rich would end the program itself."""
        raise BrokenPipeError
