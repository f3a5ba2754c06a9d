# SPDX-License-Identifier: GPL-2.0-only
"""Lines of a report: on a terminal they wrap below where they begin and have links, in a pipe they stay as they are."""

import re
from urllib.parse import quote

from rich.console import Console
from rich.style import Style
from rich.text import Text

_PLACE = re.compile(r"[\w.+-]+(?:/[\w.+-]+)+\.[ch]\b(?::\d+)*")
_ITEM = "  - "
_LEAST = 20  # columns to wrap into, however narrow the terminal is


def print_hanging(console: Console, text: Text, column: int) -> None:
    """Print the lines of a text; on a terminal what does not fit goes below `column` (0 is the first)."""
    if not console.is_terminal:
        console.print(text, soft_wrap=True)
        return
    for line in text.split("\n", allow_blank=True):
        label, rest = line.divide([column]) if len(line) > column else (line, Text())
        for number, part in enumerate(rest.wrap(console, max(_LEAST, console.width - column)) or [rest]):
            console.print(Text.assemble(label if number == 0 else " " * column, part), soft_wrap=True)


def print_prose(console: Console, text: Text) -> None:
    """Print sentences and lists, and code, which is what is indented and no list; a text ends with a line's end."""
    if not console.is_terminal:
        console.print(text, end="", soft_wrap=True)
        return
    for line in text.split("\n"):
        if line.plain.startswith((" ", ">")) and not line.plain.startswith(_ITEM):
            console.print(line, soft_wrap=True)
        else:
            print_hanging(console, line, len(_ITEM) if line.plain.startswith(_ITEM) else 0)


def link(root: str, path: str) -> Style:
    """The style of a file's name: a link when the tree has a URL to begin it with."""
    return Style(link=f"{root}/{quote(path, errors='surrogateescape')}") if root else Style.null()


def with_links(text: Text, root: str) -> Text:
    """The text, in which every file that it names, and line of one, is a link when the tree has a URL."""
    if root:
        text.highlight_regex(_PLACE, lambda place: link(root, place.partition(":")[0]))
    return text
