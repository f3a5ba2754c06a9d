# SPDX-License-Identifier: GPL-2.0-only
"""What the conditions ask about expressions: may other code change them, and does it?"""

import re
from collections.abc import Iterator
from itertools import takewhile

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Use
from fencemig.declarations import declared_names
from fencemig.source import Source

JUMPS = ("return_statement", "goto_statement", "break_statement", "continue_statement")
_CONSTANT = re.compile(r"-?\s*(?:[A-Z]\w*|\d+)")


def is_stable(source: Source, use: Use, expression: Node) -> bool:
    """Whether no other code can change what an expression is: constants, and locals whose address nobody has."""
    definition = source.definition(use)
    if definition is None:
        return _CONSTANT.fullmatch(syntax.shown(expression).strip("() ")) is not None
    known = _locals(definition)
    for part in syntax.walk(expression):
        if part.type in (syntax.CALL, "field_expression", "subscript_expression", "pointer_expression"):
            return False
        name = syntax.shown(part)
        variable = part.type == "identifier" and not _CONSTANT.fullmatch(name)
        if variable and (name not in known or syntax.takes_address(definition, name)):
            return False
    return True


def _locals(definition: Node) -> set[str]:
    """The parameters and the variables of a function, those aside that outlive it."""
    found: set[str] = set()
    for part in syntax.walk(definition):
        if part.type in ("parameter_declaration", "declaration") and not any(
            child.type == "storage_class_specifier" for child in part.children
        ):
            found.update(declared_names(part))
    return found


def around_in_statement(node: Node) -> Iterator[Node]:
    """What is around a node in its statement or declaration, innermost first."""
    return takewhile(lambda one: not one.type.endswith("_statement") and one.type != "declaration",
                     syntax.ancestors(node))  # fmt: skip


def mentions(node: Node, expression: str) -> bool:
    """Whether an expression stands in code as it is, not as a part of another word."""
    whole = re.escape(expression.lstrip("&*("))
    return re.search(rf"(?<!\w)(?<!->)(?<!\.){whole}(?!\w)", syntax.plain(node)) is not None


def touch(node: Node, expression: str) -> str | None:
    """How code may do something to an expression: it "changes" it or what holds it, or "is given" it."""
    for part in syntax.walk(node):
        target = None
        if part.type in ("assignment_expression", "update_expression"):
            target = part.child_by_field_name("left") or part.child_by_field_name("argument")
        elif part.type == "init_declarator":
            target = part.child_by_field_name("declarator")
        elif part.type == syntax.CALL and any(syntax.holds(given, expression) for given in syntax.arguments(part)):
            return "is given"
        if target is not None and syntax.holds(target, expression):
            return "changes"
    return None
