# SPDX-License-Identifier: GPL-2.0-only
"""What spatch is shown of a file: functions in which no rule can match are emptied, and get their bodies back.

spatch reads a file much slower than this does. All else stays where it is, lines and columns, and all that spatch
knows types from: what is declared outside of functions, and their heads. A body is emptied only when there is no
doubt where it starts and ends, whatever macros and #if make of the code.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"""
      (?P<skipped> /\*.*?(?:\*/|\Z) | //(?:\\\r?\n|[^\n])* | "(?:\\\r\n|\\.|[^"\\\n])*"? | '(?:\\\r\n|\\.|[^'\\\n])*'? )
    | (?P<directive> (?:^|(?<=\n)) [ \t]* \# [ \t]* (?P<name>\w*) (?: /\*.*?(?:\*/|\Z) | \\\r?\n | [^\n] )* )
    | (?P<brace> [{}] )
    """,
    re.VERBOSE | re.DOTALL,
)
_MARK = b"__fencemig_cut"
_MACRO = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)((?:\\\r?\n|[^\n])*)", re.MULTILINE)
# Only what is laid out as the kernel's functions are, each brace at the start of a line.
_HEAD = re.compile(rb"(?:#.*\n)*\w[^;{}=(]*\([^;{}=]*\)\s*")
_MEMBERS = re.compile(rb"[^(]*\b(?:struct|union|enum)\b[^*(]*\(")  # with an attribute; or a function that returns some
_ABOVE = (b"\n\n", b";\n", b"}\n", b"*/\n")  # a head
_REACH = 2000  # bytes that it may have


@dataclass(frozen=True)
class Cut:
    """A text as spatch is shown it, and of each emptied body what is in its place and what was there."""

    text: bytes
    bodies: tuple[tuple[bytes, bytes], ...] = ()

    def restored(self, text: bytes) -> bytes | None:
        """What has become of the text, with the bodies; None when something has become of their places."""
        parts: list[bytes] = []
        for placeholder, body in self.bodies:
            before, found, text = text.partition(placeholder)
            if not found:
                return None
            parts += [before, body]
        return None if self.bodies and _MARK in text else b"".join([*parts, text])


def cut(text: bytes, words: frozenset[str] | None) -> Cut:
    """Empty the functions whose body has none of the words; with None, for which nothing is known, none."""
    if words is None or _MARK in text:
        return Cut(text)
    stays = _search(words, text)
    parts: list[bytes] = []
    bodies: list[tuple[bytes, bytes]] = []
    at = 0
    for start, end in _bodies(text):
        if stays.search(text, start, end) is None:
            lines = b"".join(re.findall(rb"\r?\n", text[start:end]))
            placeholder = b"/*%s_%d*/%s" % (_MARK, len(bodies), lines)
            bodies.append((placeholder, text[start:end]))
            parts += [text[at:start], placeholder]
            at = end
    return Cut(b"".join([*parts, text[at:]]), tuple(bodies))


def _search(words: frozenset[str], text: bytes) -> re.Pattern[bytes]:
    """Finds one of the words, or a macro of the file that has one: where spatch cannot go on, it expands those."""
    names = {word.encode() for word in words}
    macros = _MACRO.findall(text)
    while True:
        found = re.compile(rb"\b(?:" + b"|".join(map(re.escape, sorted(names))) + rb")\b")
        more = {name for name, body in macros if found.search(body)}
        if more <= names:
            return found
        names |= more


def _bodies(text: bytes) -> list[tuple[int, int]]:
    """Where the bodies of functions start and end, from the opening brace to the line of the closing one."""
    found = []
    conditions: list[int] = []  # how deep in braces each #if stands
    depth = start = 0
    whole = True  # no directive since the brace
    for token in _TOKEN.finditer(text):
        if token["directive"] is not None:
            whole = False
            if token["name"].startswith(b"if"):
                conditions.append(depth)
            elif token["name"] in (b"else", b"elif", b"elifdef", b"elifndef", b"endif"):
                if not conditions or conditions[-1] != depth:
                    return []
                if token["name"] == b"endif":
                    conditions.pop()
        elif token["brace"] == b"{":
            if depth == 0:
                start, whole = token.end(), True
            depth += 1
        elif token["brace"] == b"}":
            depth -= 1
            if depth < 0:
                return []
            if depth == 0 and whole and _is_function(text, start - 1, token.start()):
                found.append((start, token.start()))
    return [] if depth or conditions else found


def _is_function(text: bytes, opening: int, closing: int) -> bool:
    if text[opening - 1 : opening] != b"\n" or text[closing - 1 : closing] != b"\n":
        return False
    if text[closing + 1 :].lstrip()[:1] == b";":  # a macro that declares
        return False
    region = text[max(0, opening - _REACH) : opening].replace(b"\r\n", b"\n")
    for above in _ABOVE:
        region = region.rpartition(above)[2]
    return _HEAD.fullmatch(region) is not None and _MEMBERS.match(region) is None
