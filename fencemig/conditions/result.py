# SPDX-License-Identifier: GPL-2.0-only
"""What is done with the int that signalling returns."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from fencemig import syntax
from fencemig.conditions.refusals import NO_MATTER
from fencemig.replay import Match
from fencemig.source import Source
from fencemig.transform import Refusal

_WARNINGS = re.compile(
    r"likely|unlikely|\w*(?:WARN|BUG)_ON(?:_ONCE)?|WARN(?:_ONCE)?|KUNIT_(?:EXPECT|ASSERT)_(?:TRUE|FALSE)"
)


def only_tested(source: Source, match: Match) -> Refusal | None:
    """The local that keeps the result is set once, and then only tested: it can become a bool."""
    signal = source.uses[match.signal]
    if "r" not in match.values:
        call = source.node_of(signal)
        return NO_MATTER if call.parent is not None and _yields(call.parent) else None
    definition = source.definition(signal)
    if definition is None:
        return NO_MATTER
    settings = [place for name, place, _ in syntax.assigned_names(definition) if name == match.values["r"]]
    reads = list(_reads(definition, match.values["r"]))
    return None if len(settings) == 1 and reads and all(map(_is_test, reads)) else NO_MATTER


def _reads(definition: Node, name: str) -> Iterator[Node]:
    for node in syntax.walk(definition):
        if node.type != "identifier" or syntax.shown(node) != name or node.parent is None:
            continue
        parent = node.parent
        written = parent.child_by_field_name("left") == node and parent.type == "assignment_expression"
        if not written and parent.type not in ("declaration", "init_declarator"):
            yield node


def _is_test(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "parenthesized_expression":
        outer = parent.parent
        statements = ("if_statement", "while_statement", "do_statement")
        return (outer is not None and outer.type in statements) or _is_test(parent)
    if parent.type == "unary_expression":
        return syntax.shown(parent).startswith("!")
    if parent.type == "conditional_expression":
        return parent.child_by_field_name("condition") == node and not _yields(parent)
    if parent.type == "binary_expression":
        operator = parent.child_by_field_name("operator")
        other = {syntax.shown(child) for child in parent.named_children if child != node}
        sign = "" if operator is None else operator.type
        return sign in ("&&", "||") or (sign in ("==", "!=") and other == {"0"})
    if parent.type == "argument_list" and parent.parent is not None:
        return _WARNINGS.fullmatch(syntax.called(parent.parent)) is not None
    return False


def _yields(node: Node) -> bool:
    """Whether a `?:` without a middle part passes on the very value that it tests."""
    return node.type == "conditional_expression" and node.child_by_field_name("consequence") is None
