# SPDX-License-Identifier: GPL-2.0-only
"""Comments that spatch misplaced: back in a line or behind an argument, or above what took their code's place."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby

from tree_sitter import Node

from fencemig import syntax
from fencemig.layout import Kind, Line, Revision, tokens

_LABEL = re.compile(rb"\s*(?:case\b|default\b|\w+\s*:)")
_ENDS_STATEMENT = re.compile(rb"(?:[;{}:]|\*/)\s*\Z")


def put_behind_arguments(before: bytes, after: bytes) -> bytes:
    """Undo that an argument came between one and its comment: `f(a /* c */, 0)`, not `f(a, 0 /* c */)`."""
    old, new = _in_arguments(before), _in_arguments(after)
    moves: list[tuple[int, int, int]] = []
    for text in old.keys() & new.keys():
        if len(old[text]) == len(new[text]) and text.startswith(b"/*"):
            for was, now in zip(old[text], new[text], strict=True):
                if 0 < (count := len(_arguments_before(was))) < len(_arguments_before(now)):
                    moves.append((_arguments_before(now)[count - 1].end_byte, now.start_byte, now.end_byte))
    for argument, start, end in sorted(moves, reverse=True):
        between = after[argument:start].rstrip(b" \t")
        after = after[:argument] + b" " + after[start:end] + between + after[end:]
    return after


def put_on_their_own_line(before: bytes, after: bytes) -> bytes:
    """Undo that spatch 1.3 takes the line break above a comment away with the code below it: `a();/* c */`."""
    old, new = _with_gaps(before), _with_gaps(after)
    gaps: list[tuple[int, int, bytes]] = []
    for text in old.keys() & new.keys():
        if len(old[text]) == len(new[text]):
            for (_, was), (start, now) in zip(old[text], new[text], strict=True):
                if b"\n" in was and b"\n" not in now:
                    gaps.append((start, len(now), was))
    for start, length, gap in sorted(gaps, reverse=True):
        if not after[: start - length].endswith(b"\\"):  # a line break there would join two lines
            after = after[: start - length] + gap + after[start:]
    return after


def _with_gaps(text: bytes) -> dict[bytes, list[tuple[int, bytes]]]:
    """Where the comments start and the white space before each, by their text; a text starts like a line."""
    found: dict[bytes, list[tuple[int, bytes]]] = defaultdict(list)
    gap = b"\n"
    for token in tokens(text):
        if token.kind is Kind.COMMENT:
            found[token.text].append((token.start, gap))
        gap = gap + token.text if token.kind is Kind.BLANK else b""
    return found


def _in_arguments(text: bytes) -> dict[bytes, list[Node]]:
    """The comments between the arguments of calls, by their text."""
    found: dict[bytes, list[Node]] = defaultdict(list)
    for node in syntax.walk(syntax.parse(text)):
        if node.type == "comment" and node.parent is not None and node.parent.type == "argument_list":
            found[syntax.text_of(node)].append(node)
    return found


def _arguments_before(comment: Node) -> list[Node]:
    assert comment.parent is not None
    nodes = comment.parent.named_children
    return [node for node in nodes if node.type != "comment" and node.end_byte <= comment.start_byte]


def put_above_statements(before: bytes, after: bytes) -> bytes:
    """Put the comments of removed code above the statement that took its place, indented like it."""
    return _reindented(before, _lifted(before, after))


def _lifted(before: bytes, after: bytes) -> bytes:
    parts: list[Line] = []
    new, ours = _ours(before, after)
    times = Counter(line.text.strip() for line in new)
    for touched, group in groupby(range(len(new)), key=ours.__getitem__):
        numbers = list(group)
        run = new[numbers[0] : numbers[-1] + 1]
        below = _below(new, numbers[-1])
        # What stands above touched code may be about that; of two that are alike none can be told to be new.
        leftover = touched and below is not None and not ours[below] and times[run[-1].text.strip()] == 1
        parts += _lifted_in(run) if leftover else run
    return b"".join(line.text for line in parts)


def _lifted_in(run: Sequence[Line]) -> Sequence[Line]:
    """Touched lines, with the comments at their end moved above the last statement."""
    code = max((number for number, line in enumerate(run) if line.kind is Kind.CODE), default=len(run))
    tail = run[code + 1 :]
    first = code
    while 0 < first < len(run) and run[first - 1].kind is Kind.CODE:
        if _ENDS_STATEMENT.search(run[first - 1].text):
            break
        first -= 1
    comments = [line for line in tail if line.kind is Kind.COMMENT]
    if any(line.kind is Kind.DIRECTIVE for line in tail):
        return run
    if not all(line.indent.startswith(run[first].indent) for line in comments):
        return run  # a comment indented less is not about this statement's block
    blank = [line for line in tail if line.kind is Kind.BLANK]
    return [*run[:first], *comments, *run[first : code + 1], *blank]


def _reindented(before: bytes, after: bytes) -> bytes:
    new, ours = _ours(before, after)
    return b"".join(
        _indented(line, _wanted_indent(new, number)) if ours[number] and line.kind is Kind.COMMENT else line.text
        for number, line in enumerate(new)
    )


def _ours(before: bytes, after: bytes) -> tuple[Sequence[Line], list[bool]]:
    """The lines, and whether each was touched; a comment was when its code went and it sticks out."""
    revision = Revision(before, after)
    kept = set(revision.origin)
    ours = []
    for number, (line, origin) in enumerate(zip(revision.new, revision.origin, strict=True)):
        lost = line.kind is Kind.COMMENT and origin is not None and _below(revision.old, origin) not in kept
        ours.append(origin is None or (lost and line.indent != _wanted_indent(revision.new, number)))
    return revision.new, ours


def _below(parts: Sequence[Line], number: int) -> int | None:
    """The next line that is neither blank nor a comment."""
    return next((at for at in range(number + 1, len(parts)) if parts[at].kind > Kind.COMMENT), None)


def _wanted_indent(parts: Sequence[Line], number: int) -> bytes:
    """The indentation of the statement below a comment; at the end of a block, that of the block's inside."""
    below = _below(parts, number)
    if below is None or parts[below].kind is Kind.DIRECTIVE or _LABEL.match(parts[below].text):
        return parts[number].indent.rstrip(b" ")
    closes = parts[below].text.lstrip().startswith(b"}")
    return parts[below].indent + (b"\t" if closes else b"")


def _indented(comment: Line, indent: bytes) -> bytes:
    """A comment with another indentation; lines that begin with a star have it one column to the right."""
    first, *rest = comment.text.splitlines(keepends=True)
    moved = [indent + first.lstrip(b" \t")]
    for line in rest:
        bare = line.lstrip(b" \t")
        moved.append(indent + b" " + bare if bare.startswith(b"*") else line)
    return b"".join(moved)
