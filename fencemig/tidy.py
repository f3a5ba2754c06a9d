# SPDX-License-Identifier: GPL-2.0-only
"""What spatch wrote, as a kernel maintainer would have written it.

Only lines that spatch touched change, and those beside them where a brace or a blank line must go. No token
changes but the braces around a single statement. Pure and total: any bytes may come.
"""

import re

from fencemig import blanks, braces, comments, wrapping

_SPLIT_ELVIS = re.compile(rb"\? :(?=[^\n]*\))")


def _close_elvis(before: bytes, after: bytes) -> bytes:
    """`a ?: b` stays so: spatch puts a space where the middle part is left out."""
    known = frozenset(before.splitlines())
    lines = after.splitlines(keepends=True)
    return b"".join(
        line if line.rstrip(b"\r\n") in known or b'"' in line else _SPLIT_ELVIS.sub(b"?:", line) for line in lines
    )


_STEPS = (
    _close_elvis,
    comments.put_on_their_own_line,
    comments.put_behind_arguments,
    comments.put_above_statements,
    braces.drop_braces,
    blanks.space_out,
    wrapping.rewrap,
)
_ROUNDS = 5  # two are the rule
_END_OF_FUNCTION = re.compile(rb"^\}[^\n]*\n?", re.MULTILINE)


def tidy(before: bytes, after: bytes) -> bytes:
    """Lay out the lines of `after`, a C file, that differ from those of the same file `before`."""
    old, new = chunks(before), chunks(after)
    if len(old) != len(new):
        return _tidied(before, after)
    return b"".join(was if was == now else _tidied(was, now) for was, now in zip(old, new, strict=True))


def chunks(text: bytes) -> list[bytes]:
    """A file in pieces, each up to the end of a function: most are as they were, which saves the time."""
    ends = [found.end() for found in _END_OF_FUNCTION.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


def _tidied(before: bytes, after: bytes) -> bytes:
    """The text that the steps leave as it is; the text as it came when they find none: so twice is as once."""
    tidied = after
    for _ in range(_ROUNDS):
        settled, tidied = tidied, _round(before, tidied)
        if tidied == settled:
            return tidied
    return after


def _round(before: bytes, after: bytes) -> bytes:
    for step in _STEPS:
        after = step(before, after)
    return after
