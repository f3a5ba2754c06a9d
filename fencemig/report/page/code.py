# SPDX-License-Identifier: GPL-2.0-only
"""C code with its colours, and texts in which nothing hides."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType, is_token_subtype

Segment = tuple[str, str]  # a class, "" for none, and a text

_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment.Preproc, "p"),
    (Comment.PreprocFile, "s"),
    (Comment, "c"),
    (Keyword.Type, "t"),
    (Keyword, "k"),
    (String, "s"),
    (Number, "n"),
    (Name.Function, "f"),
)
_LEXER = get_lexer_by_name("c")
_LONG = 1000  # columns; the lexer takes quadratic time
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with what a reader would not see in the place of what hides: control characters, directions of writing,
    bytes that are no UTF-8. Tabs and line feeds stay."""
    return _HIDDEN.sub(lambda found: _picture(ord(found[0])), text)


def _picture(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"[U+{code:04X}]"


def coloured(lines: Sequence[str], path: str) -> list[list[Segment]]:
    """Lines of a file, which may begin within a comment, as segments; what is no C, or very long, has no colours."""
    lines = [visible(line) for line in lines]
    if not path.endswith((".c", ".h")) or any(len(line) > _LONG for line in lines) or not lines:
        return [[("", line)] for line in lines]
    text = "\n".join(lines)
    opened = "/*" if _begins_in_comment(text) else ""
    found: list[list[Segment]] = [[]]
    skip = len(opened)
    for _, kind, value in _LEXER.get_tokens_unprocessed(opened + text):
        value, skip = value[skip:], max(0, skip - len(value))
        for number, part in enumerate(value.split("\n")):
            if number:
                found.append([])
            if part:
                found[-1].append((_class_of(kind), part))
    return found


def _begins_in_comment(text: str) -> bool:
    end, start = text.find("*/"), text.find("/*")
    if end >= 0:
        return start < 0 or end < start
    return start < 0 and all(re.match(r"\s*(\*|$)", line) for line in text.split("\n")) and "*" in text


@cache
def _class_of(kind: _TokenType) -> str:
    return next((name for parent, name in _CLASSES if is_token_subtype(kind, parent)), "")


def cut(segments: Sequence[Segment], ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[bool, list[Segment]]]:
    """The segments of a line, cut at the ends of the ranges of columns: runs that are within one, or are not."""
    edges = [edge for bounds in ranges for edge in bounds]
    inside, at, run = False, 0, list[Segment]()
    for name, text in segments:
        while edges and edges[0] < at + len(text):
            cut_at = edges.pop(0) - at
            if cut_at:
                run.append((name, text[:cut_at]))
            if run:
                yield inside, run
            text, at, run, inside = text[cut_at:], at + cut_at, [], not inside
        run.append((name, text))
        at += len(text)
    if run:
        yield inside, run
