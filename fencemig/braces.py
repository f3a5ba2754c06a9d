# SPDX-License-Identifier: GPL-2.0-only
"""Braces that a merge left around a single statement are dropped, as the kernel's coding style asks.

Only a block that lost a statement loses its braces, and then the other branches of its if. All branches keep
theirs when one must: around a declaration, a comment, a preprocessor line, anything but a simple statement.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node

from fencemig import syntax
from fencemig.layout import Revision, line_at

_BLOCK = "compound_statement"
_IF = ("if_statement", "else_clause")
_LOOPS = ("for_statement", "while_statement")
_SIMPLE = (
    "expression_statement",
    "return_statement",
    "break_statement",
    "continue_statement",
    "goto_statement",
)
# Between the head and a statement, and between the statement and what comes next: nothing but the brace.
_OPEN = re.compile(rb"(?:(?<=\))|(?<=else))(?P<brace>[ \t]*\{[ \t]*)\r?\n(?P<gap>(?:[ \t]*\r?\n)*)[ \t]*")
_CLOSE = re.compile(
    rb"[ \t]*\r?\n(?P<gap>(?:[ \t]*\r?\n)*)[ \t]*(?P<brace>\}(?:[ \t]*(?P<line>\r?\n|\Z)|[ \t]+(?=else\b)))"
)

Cut = tuple[int, int]


def drop_braces(before: bytes, after: bytes) -> bytes:
    """The text without the braces that are no longer needed. Cuts braces and white space, nothing else."""
    revision = Revision(before, after)
    opened: dict[int | None, Node] = {}
    closed: dict[int | None, Node] = {}
    for block in _blocks(before):
        opened[line_at(revision.old, block.start_byte)] = block
        closed[line_at(revision.old, block.end_byte - 1)] = block
    cuts: set[Cut] = set()
    for block in _blocks(after):
        start, end = (line_at(revision.new, at) for at in (block.start_byte, block.end_byte - 1))
        was = opened.get(revision.origin[start]) or closed.get(revision.origin[end])
        if was is not None and _statements(was) > _statements(block):
            cuts.update(_cuts(block, after))
    for start, end in sorted(cuts, reverse=True):
        after = after[:start] + after[end:]
    return after


def _blocks(text: bytes) -> list[Node]:
    return [node for node in syntax.walk(syntax.parse(text)) if node.type == _BLOCK]


def _statements(block: Node) -> int:
    return sum(child.type != "comment" for child in block.named_children)


def _cuts(block: Node, text: bytes) -> list[Cut]:
    """What frees a block and its sibling branches of their braces; empty when one must keep them."""
    cuts: list[Cut] = []
    for branch in _branches(block):
        if branch.type == _BLOCK:
            braces = _braces(branch, text)
            if not braces:
                return []
            cuts += braces
    return cuts


def _branches(block: Node) -> Iterator[Node]:
    """All branches of the if that a block belongs to; of a loop, the block alone; else nothing."""
    node = block.parent
    if node is None:
        return
    if node.type in _LOOPS or _is_for_each(block.prev_sibling):
        yield block
    if node.type not in _IF:
        return
    while node.parent is not None and node.parent.type in _IF and node not in _consequences(node.parent):
        node = node.parent
    branch: Node | None = node
    while branch is not None and branch.type == "if_statement":
        yield from _consequences(branch)
        alternative = branch.child_by_field_name("alternative")
        branch = None if alternative is None else alternative.named_children[-1]
    if branch is not None:
        yield branch


def _consequences(node: Node) -> list[Node]:
    return node.children_by_field_name("consequence")


def _is_for_each(node: Node | None) -> bool:
    """Whether this is the head of a loop that the kernel hides in a macro, such as list_for_each_entry()."""
    if node is None or node.type != "expression_statement" or not node.children[-1].is_missing:
        return False
    return b"for_each" in syntax.text_of(node).partition(b"(")[0]


def _braces(block: Node, text: bytes) -> list[Cut]:
    """The cuts that remove the braces of a block; empty when it must keep them, or is laid out unusually."""
    if block.has_error or [child.type in _SIMPLE for child in block.named_children] != [True]:
        return []
    statement = block.named_children[0]
    head = len(text[: block.start_byte].rstrip(b" \t"))
    opening = _OPEN.fullmatch(text, head, statement.start_byte)
    closing = _CLOSE.match(text, statement.end_byte)
    if opening is None or closing is None:
        return []
    if closing["line"] is None:
        return [opening.span("brace"), opening.span("gap"), closing.span("gap"), closing.span("brace")]
    return [opening.span("brace"), opening.span("gap"), (closing.start("gap"), closing.end())]
