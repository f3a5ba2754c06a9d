# SPDX-License-Identifier: GPL-2.0-only
"""The words of a C file, told apart by where they stand: code, comment, string or the body of a #define.

Nothing here parses: this is the half of the census that no unusual macro can throw off.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

# Runs of code are one token, for there are too many words in them to look at each.
_TOKEN = re.compile(
    rb"""
      (?P<comment> /\*.*?(?:\*/|\Z) | //(?:[^\\\n]+|\\\r?\n|\\)* )
    | (?P<string> "(?:\\\r\n|\\.|[^"\\\n]+)*"? | '(?:\\\r\n|\\.|[^'\\\n]+)*'? )
    | (?P<hash> \# [ \t]* (?P<name>\w*) )
    | (?P<code> [^/"'#]+ | / )
    """,
    re.VERBOSE | re.DOTALL,
)
_NEWLINE = re.compile(rb"\\?\r?\n")
_WORD = re.compile(rb"[A-Za-z_]\w*")


class Where(Enum):
    """What surrounds a word."""

    CODE = "code"
    COMMENT = "comment"
    STRING = "string"
    DEFINE = "define"  # the body of a macro
    DIRECTIVE = "directive"  # any other preprocessor line


_QUOTED = {"comment": Where.COMMENT, "string": Where.STRING}
_ON_A_LINE = (Where.DEFINE, Where.DIRECTIVE)


@dataclass(frozen=True)
class Word:
    """An identifier, its byte offset, and where it stands."""

    text: bytes
    offset: int
    where: Where


def words(text: bytes, names: Iterable[bytes] = (b"",)) -> Iterator[Word]:
    """The identifiers of a C file that have one of the names in them, in order, comments and strings included.

    Total: whatever the bytes are, this ends and raises nothing.
    """
    has_name = re.compile(b"|".join(map(re.escape, names))).search

    def found(start: int, end: int, where: Where) -> Iterator[Word]:
        for word in _WORD.finditer(text, start, end) if has_name(text, start, end) else ():
            if has_name(word[0]):
                yield Word(word[0], word.start(), where)

    around = Where.CODE
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if token.lastgroup == "hash" and _begins_line(text, start):
            around = Where.DEFINE if token["name"] == b"define" else Where.DIRECTIVE
            continue
        where = _QUOTED.get(token.lastgroup or "", around)
        if where in _ON_A_LINE:
            newlines = _NEWLINE.finditer(text, start, end)
            line_end = next((one.start() for one in newlines if not one[0].startswith(b"\\")), None)
            if line_end is not None:
                yield from found(start, line_end, where)
                start, where, around = line_end, Where.CODE, Where.CODE
        yield from found(start, end, where)


def _begins_line(text: bytes, offset: int) -> bool:
    """Whether there is only white space before an offset in its line, and that is no continued one."""
    start = text.rfind(b"\n", 0, offset) + 1
    return not text[start:offset].strip(b" \t") and not text.endswith((b"\\\n", b"\\\r\n"), 0, start)


def blanked(text: bytes) -> bytes:
    """The text with its comments and strings turned into spaces, lines and columns as they were."""

    def blank(token: re.Match[bytes]) -> bytes:
        if token.lastgroup not in ("comment", "string"):
            return token[0]
        return re.sub(rb"[^\n]", b" ", token[0])

    return _TOKEN.sub(blank, text)
