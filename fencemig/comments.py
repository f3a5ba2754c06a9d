# SPDX-License-Identifier: GPL-2.0-only
"""Comments that spatch kept but misplaced: back to where the author had them, or above what took their code's place."""

from collections import defaultdict

from tree_sitter import Node

from fencemig import syntax
from fencemig.layout import Kind, Text, indent


def behind_their_arguments(before: bytes, after: bytes) -> bytes:
    """Undo that an argument was put between the last one and its comment: `f(a /* c */, 0)`, not `f(a, 0 /* c */)`."""
    old, new = _in_arguments(before), _in_arguments(after)
    moves: list[tuple[int, int, int]] = []
    for text in old.keys() & new.keys():
        if len(old[text]) == len(new[text]) and text.startswith(b"/*"):
            for was, now in zip(old[text], new[text], strict=True):
                if 0 < (count := len(_arguments_before(was))) < len(_arguments_before(now)):
                    moves.append((_arguments_before(now)[count - 1].end_byte, now.start_byte, now.end_byte))
    for argument, start, end in sorted(moves, reverse=True):
        after = after[:argument] + b" " + after[start:end] + after[argument:start].rstrip(b" \t") + after[end:]
    return after


def _in_arguments(text: bytes) -> dict[bytes, list[Node]]:
    """The comments between the arguments of calls, by their text."""
    found: dict[bytes, list[Node]] = defaultdict(list)
    for node in syntax.walk(syntax.parse(text)):
        if node.type == "comment" and node.parent is not None and node.parent.type == "argument_list":
            found[syntax.text_of(node)].append(node)
    return found


def _arguments_before(comment: Node) -> list[Node]:
    assert comment.parent is not None
    return [
        node
        for node in comment.parent.named_children
        if node.type != "comment" and node.end_byte <= comment.start_byte
    ]


def above_their_statements(before: bytes, after: bytes) -> bytes:
    """Give the comments of removed code lines of their own, above the statement that took the code's place.

    They are indented as that statement; comments that stand where they stood stay as they are.
    """
    shown = Text(before, after)
    lines = list(shown.lines)
    for start, end in shown.hunks():
        lines[start:end] = _lifted(lines[start:end], shown.kinds[start:end])
    shown = Text(before, b"".join(lines))
    for start, end in _comment_blocks(shown):
        lines[start:end] = _indented(lines[start:end], _wanted_indent(shown, start, end))
    return b"".join(lines)


def _lifted(lines: list[bytes], kinds: list[Kind]) -> list[bytes]:
    """A hunk with the comments at its end moved above its last statement."""
    code = max((number for number, kind in enumerate(kinds) if kind is Kind.CODE), default=None)
    if code is None or Kind.DIRECTIVE in kinds[code:] or not lines[-1].endswith(b"\n"):
        return lines
    statement = code
    while statement and kinds[statement - 1] is Kind.CODE and not _ends_statement(lines[statement - 1]):
        statement -= 1
    comments = [number for number in range(code + 1, len(lines)) if kinds[number] is Kind.COMMENT]
    if not comments or not indent(lines[comments[0]]).startswith(indent(lines[statement])):
        return lines
    ...


def _ends_statement(line: bytes) -> bool:
    return line.rstrip().endswith((b";", b"{", b"}", b":", b"*/"))
