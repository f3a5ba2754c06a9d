# SPDX-License-Identifier: GPL-2.0-only
"""The words of a C file, told apart by where they stand: code, comment, string or the body of a #define.

Nothing here parses: this is the half of the census that no unusual macro can throw off.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

_TOKEN = re.compile(
    rb"""
      (?P<comment> /\*.*?(?:\*/|\Z) | //(?:\\\r?\n|[^\n])* )
    | (?P<string> "(?:\\\r\n|\\.|[^"\\\n])*"? | '(?:\\\r\n|\\.|[^'\\\n])*'? )
    | (?P<directive> (?:^|(?<=\n)(?<!\\\n)(?<!\\\r\n)) [ \t]* \# [ \t]* (?P<name>\w*) )
    | (?P<word> [A-Za-z_]\w* )
    | (?P<newline> \\?\r?\n )
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(rb"[A-Za-z_]\w*")


class Where(Enum):
    """What surrounds a word."""

    CODE = "code"
    COMMENT = "comment"
    STRING = "string"
    DEFINE = "define"  # the body of a macro
    DIRECTIVE = "directive"  # any other preprocessor line


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
    around = Where.CODE
    for token in _TOKEN.finditer(text):
        match token.lastgroup:
            case "word" if has_name(token[0]):
                yield Word(token[0], token.start(), around)
            case "comment" | "string" if has_name(token[0]):
                where = Where.COMMENT if token.lastgroup == "comment" else Where.STRING
                for word in filter(lambda word: has_name(word[0]), _WORD.finditer(token[0])):
                    yield Word(word[0], token.start() + word.start(), where)
            case "newline":
                if not token[0].startswith(b"\\"):
                    around = Where.CODE
            case "directive":
                around = Where.DEFINE if token["name"] == b"define" else Where.DIRECTIVE


def blanked(text: bytes) -> bytes:
    """The text with its comments and strings turned into spaces, lines and columns as they were."""

    def blank(token: re.Match[bytes]) -> bytes:
        if token.lastgroup not in ("comment", "string"):
            return token[0]
        return re.sub(rb"[^\n]", b" ", token[0])

    return _TOKEN.sub(blank, text)
