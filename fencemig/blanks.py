# SPDX-License-Identifier: GPL-2.0-only
"""Blank lines beside code that went: one below declarations, none at the ends of a block or below a comment.

Between statements one that the author had stays, never two where there was none of two.
"""

from collections.abc import Sequence
from itertools import pairwise

from fencemig import syntax
from fencemig.layout import Kind, Line, Revision, line_at


def space_out(before: bytes, after: bytes) -> bytes:
    """The text with as many blank lines as there should be where lines were touched."""
    revision = Revision(before, after)
    new, origin = revision.new, revision.origin
    filled = [number for number, line in enumerate(new) if line.kind is not Kind.BLANK]
    declared = _last_declarations(after, new)
    keep = [True] * len(new)
    insert = set()
    for above, below in pairwise(filled):
        start = origin[above]
        if start is not None and origin[above : below + 1] == [*range(start, start + below + 1 - above)]:
            continue  # nothing was touched here
        if below > above + 1:
            allowed = _allowed(revision, above, below)
            keep[above + 1 + allowed : below] = [False] * (below - above - 1 - allowed)
        elif (above in declared and _had_blank(revision, above, below)) or _lost_blank(revision, above, below):
            insert.add(above)
    end = b"\r\n" if b"\r\n" in after else b"\n"
    return b"".join(line.text + (end if number in insert else b"") for number, line in enumerate(new) if keep[number])


def _allowed(revision: Revision, above: int, below: int) -> int:
    """How many of the blank lines between two others stay."""
    upper, lower = (revision.new[number].text.strip() for number in (above, below))
    run_below = _run(revision.old, revision.origin[above], 1)
    run_above = _run(revision.old, revision.origin[below], -1)
    commented = revision.new[above].kind is Kind.COMMENT
    if (upper.endswith(b"{") or commented) and not run_below:
        return 0
    if lower.startswith(b"}") and not run_above:
        return 0
    return min(below - above - 1, max(1, run_below, run_above))


def _run(old: Sequence[Line], origin: int | None, step: int) -> int:
    """How many blank lines there were directly below (1) or above (-1) a line."""
    if origin is None:
        return 0
    count = 0
    while 0 <= origin + step * (count + 1) < len(old) and old[origin + step * (count + 1)].kind is Kind.BLANK:
        count += 1
    return count


def _had_blank(revision: Revision, above: int, below: int) -> bool:
    """Whether a blank line was between a line and the next code from another line on."""
    above_it = revision.origin[: above + 1]
    code_below = [
        was
        for was, line in zip(revision.origin[below:], revision.new[below:], strict=True)
        if was is not None and line.kind is Kind.CODE
    ]
    first = next((was for was in reversed(above_it) if was is not None), 0)
    last = next(iter(code_below), len(revision.old))
    return any(line.kind is Kind.BLANK for line in revision.old[first:last])


def _lost_blank(revision: Revision, above: int, below: int) -> bool:
    """Whether there was a blank line beside one of two lines, and the code beyond it is gone: spatch 1.3 takes both."""
    upper, lower = (revision.new[number].text.strip() for number in (above, below))
    if upper.endswith((b"{", b"*/")) or lower.startswith(b"}"):
        return False
    first, last = _was(revision, above), _was(revision, below)
    beyond = {
        beside + step * (run + 1)
        for beside, step in ((first, 1), (last, -1))
        if beside is not None and (run := _run(revision.old, beside, step))
    }
    return first is not None and not beyond <= set(revision.origin)


def _was(revision: Revision, number: int) -> int | None:
    """The line before of a new one; of a call that got one more argument, that of the call."""
    origin = revision.origin
    if origin[number] is not None:
        return origin[number]
    first = next((was for was in reversed(origin[:number]) if was is not None), -1)
    last = next((was for was in origin[number:] if was is not None), len(revision.old))
    calls = (revision.old[was].text.rstrip(b"\r\n;)") for was in range(first + 1, last))
    text = revision.new[number].text
    return next((was for was, call in enumerate(calls, first + 1) if text.startswith(call + b", ")), None)


def _last_declarations(text: bytes, parts: Sequence[Line]) -> set[int]:
    """The lines that end a block's declarations, statements being below."""
    found = set()
    for node in syntax.walk(syntax.parse(text)):
        if node.type == "compound_statement":
            inside = [child for child in node.named_children if child.type != "comment"]
            for child, following in pairwise(inside):
                if child.type == "declaration" and following.type.endswith("_statement"):
                    found.add(line_at(parts, child.end_byte - 1))
    return found
