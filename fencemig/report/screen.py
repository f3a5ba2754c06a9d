# SPDX-License-Identifier: GPL-2.0-only
"""Where everything for people is printed: colours and links are ours, and nothing in a text commands the terminal."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from fencemig.inert import inert


class Screen(Console):
    """A console that shows control characters as their escapes, wherever they come from."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """What is to be printed, piece by piece; what moves the cursor is no text, and stays."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else inert(text), style, control)

    def on_broken_pipe(self) -> None:
        """Leave it to guarded(), which knows how to end; rich would end the program itself."""
        raise BrokenPipeError
