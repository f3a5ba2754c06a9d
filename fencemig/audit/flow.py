# SPDX-License-Identifier: GPL-2.0-only
"""What a function does after a certain point: statements in order, branches that exclude each other left out."""

from collections.abc import Iterator

from tree_sitter import Node

from fencemig import syntax
from fencemig.audit.code import text

_BLOCKS = ("compound_statement", "case_statement", "labeled_statement")
_LOOPS = ("while_statement", "for_statement")
_LEAVES = ("return_statement", "break_statement", "continue_statement")


def following(node: Node) -> Iterator[Node]:
    """The parts of the function that may run after a node in it, each once, up to where it leaves the function.

    A loop is not entered a second time: its next round is about another fence. A goto forward is followed.
    """
    child = node
    for parent in syntax.ancestors(node):
        if parent.type == syntax.FUNCTION:
            return
        if parent.type in ("if_statement", *_LOOPS) and parent.child_by_field_name("condition") == child:
            yield from _parts(parent, ("consequence", "alternative", "body", "update"))
        elif parent.type in ("return_statement", "goto_statement"):
            yield from _later(child, parent)
            return
        elif parent.type in _BLOCKS or parent.type.endswith(("_expression", "_list", "_declarator")):
            for sibling in _later(child, parent):
                yield sibling
                if sibling.type in _LEAVES:
                    return
                if sibling.type == "goto_statement":
                    yield from _from_label(sibling)
                    return
        child = parent


def _later(child: Node, parent: Node) -> list[Node]:
    return [node for node in parent.named_children if node.start_byte >= child.end_byte and node.type != "comment"]


def _parts(node: Node, fields: tuple[str, ...]) -> Iterator[Node]:
    for field in fields:
        if (part := node.child_by_field_name(field)) is not None:
            yield part


def _from_label(jump: Node) -> Iterator[Node]:
    function = syntax.enclosing(jump, syntax.FUNCTION)
    target = jump.child_by_field_name("label")
    if function is None or target is None:
        return
    for node in syntax.walk(function):
        if node.type == "labeled_statement" and node.start_byte > jump.end_byte:
            label = node.child_by_field_name("label")
            if label is not None and text(label) == text(target):
                yield node
                if node.named_children and node.named_children[-1].type in _LEAVES:
                    return
                yield from following(node)
                return
