# SPDX-License-Identifier: GPL-2.0-only
"""Functions and calls of a file, which is parsed when it is first asked for."""

from functools import cached_property

from tree_sitter import Node

from fencemig import syntax
from fencemig.declarations import declared_names
from fencemig.types import Headers, Visible, struct_of

_SHOWN = 100  # characters of a piece of code


class Call:
    """A call in a function. `name` is what is called; for guard(x)(y) it is "guard", with both as arguments."""

    def __init__(self, node: Node) -> None:
        self.node = node
        function = node.child_by_field_name("function")
        assert function is not None  # the grammar has no call without one
        self.function = function
        inner = Call(function) if function.type == syntax.CALL else None
        self.name: str = text(function) if inner is None else inner.name
        self.arguments: list[Node] = (inner.arguments if inner else []) + syntax.arguments(node)
        self.direct = self.name.isidentifier()
        self.cast = function.type == "parenthesized_expression"  # `(s32)(x)`, for who knows no types


class Function:
    """A function that a file defines."""

    def __init__(self, unit: "Unit", name: str, node: Node) -> None:
        self.unit, self.name, self.node = unit, name, node

    @cached_property
    def calls(self) -> list[Call]:
        """The calls in its body, in source order."""
        found = [Call(node) for node in syntax.calls(self.body)]
        inner = {call.node.child_by_field_name("function") for call in found}
        return [call for call in found if call.node not in inner and not call.cast]

    @cached_property
    def body(self) -> Node:
        """Its body."""
        return self.node.child_by_field_name("body") or self.node

    @cached_property
    def parameters(self) -> list[str]:
        """The names of its parameters, "" for one without a name."""
        declarator: Node | None = self.node
        while declarator is not None and declarator.type != "function_declarator":
            declarator = declarator.child_by_field_name("declarator")
        found = None if declarator is None else declarator.child_by_field_name("parameters")
        parts = [] if found is None else [part for part in found.named_children if part.type == "parameter_declaration"]
        return [next(iter(declared_names(part)), "") for part in parts]

    @cached_property
    def changes(self) -> list[Node]:
        """Its assignments and ++."""
        return syntax.of_kind(self.body, "assignment_expression", "update_expression")

    @cached_property
    def pointers(self) -> list[Node]:
        """Its expressions with a leading * or &."""
        return syntax.of_kind(self.body, "pointer_expression")

    @cached_property
    def values(self) -> list[tuple[str, Node]]:
        """(variable, what is assigned to it), in source order."""
        return [(name, value) for name, _, value in syntax.assigned_names(self.body) if value is not None]


class Unit:
    """A file."""

    def __init__(self, path: str, source: bytes, headers: Headers) -> None:
        self.path, self.source, self._headers = path, source, headers

    @cached_property
    def root(self) -> Node:
        """The syntax tree."""
        return syntax.parse(self.source)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """name → definition, in source order."""
        named = ((syntax.function_name(node), node) for node in syntax.of_kind(self.root, syntax.FUNCTION))
        return {name: Function(self, name, node) for name, node in named if name is not None}

    @cached_property
    def _visible(self) -> Visible:
        return self._headers.visible(self.path, self.source)

    def struct_of(self, node: Node) -> str | None:
        """The struct that an expression is, or points to; None when that is not in sight."""
        return struct_of(node, self._visible) or None


def text(node: Node) -> str:
    """An expression without comments and white space."""
    return syntax.plain(node)


def shortened(node: Node) -> str:
    """The text of a node with its white space folded, cut where it is long."""
    whole = syntax.shown(node)
    return whole if len(whole) <= _SHOWN else whole[: _SHOWN - 1] + "…"


def line_of(node: Node) -> int:
    """The 1-based line on which a node begins."""
    return node.start_point.row + 1


def column_of(node: Node) -> int:
    """The 1-based column, in bytes, at which a node begins."""
    return node.start_point.column + 1
