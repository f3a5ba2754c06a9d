# SPDX-License-Identifier: GPL-2.0-only
"""Functions and calls of a tree's files, each file parsed when it is first asked for."""

import re
from collections.abc import Mapping
from functools import cache, cached_property

import tree_sitter_c
from tree_sitter import Language, Node, Query, QueryCursor

from fencemig import syntax
from fencemig.types import Declarations, Headers, declared_names, struct_of

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
        found = [Call(node) for node in _captured(self.body, "call")]
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
        return _captured(self.body, "change")

    @cached_property
    def pointers(self) -> list[Node]:
        """Its expressions with a leading * or &."""
        return _captured(self.body, "pointer")

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
        named = ((syntax.function_name(node), node) for node in _captured(self.root, "function"))
        return {name: Function(self, name, node) for name, node in named if name is not None}

    @cached_property
    def _visible(self) -> list[Declarations]:
        return self._headers.visible(self.path, self.source)

    def struct_of(self, node: Node) -> str | None:
        """The struct that an expression is, or points to; None when that is not in sight."""
        return struct_of(node, self._visible) or None


class Program:
    """The files of a tree that name fences."""

    def __init__(self, sources: Mapping[str, bytes], headers: Headers) -> None:
        self.units = {path: Unit(path, source, headers) for path, source in sorted(sources.items())}

    def find(self, name: str, near: Unit) -> Function | None:
        """The definition of a function: in the file itself, else in a file of the same driver."""
        return near.functions.get(name) or self._in_driver(name, _driver(near.path))

    def pointed_to(self, pointer: Node, near: Unit) -> list[Function]:
        """The functions that a driver stores in a member such as `fctx->read` of the same struct, in order."""
        owner, member = pointer.child_by_field_name("argument"), pointer.child_by_field_name("field")
        struct = None if owner is None else near.struct_of(owner)
        if member is None or struct is None:
            return []
        return self._stored(struct, text(member), _driver(near.path))

    def is_volatile(self, member: str, near: Unit) -> bool:
        """Whether a driver declares a pointer to something volatile by this name: memory that the hardware writes."""
        return member in self._volatile(_driver(near.path))

    @cache  # noqa: B019 - a program lives as long as the run
    def _in_driver(self, name: str, driver: str) -> Function | None:
        call = name.encode() + b"("  # a plain search first: it takes a hundredth of the time
        defined = re.compile(rb"^(?:\w[\w \t*]*[ \t*])?" + re.escape(call), re.MULTILINE)
        for unit in self._units_of(driver):
            if call in unit.source and defined.search(unit.source) and name in unit.functions:
                return unit.functions[name]
        return None

    @cache  # noqa: B019
    def _stored(self, struct: str, member: str, driver: str) -> list[Function]:
        stored = re.compile(rb"[.>]" + member.encode() + rb"\s*=\s*&?\w+\s*;")
        found: dict[str, Function] = {}
        for unit in self._units_of(driver):
            if not stored.search(unit.source):
                continue
            for change in (change for function in unit.functions.values() for change in function.changes):
                left, right = change.child_by_field_name("left"), change.child_by_field_name("right")
                if left is None or right is None or left.type != "field_expression":
                    continue
                owner, name = left.child_by_field_name("argument"), left.child_by_field_name("field")
                if owner is not None and name is not None and text(name) == member and unit.struct_of(owner) == struct:
                    function = self.find(text(right).lstrip("&"), unit)
                    if function is not None:
                        found[function.name] = function
        return list(found.values())

    @cache  # noqa: B019
    def _volatile(self, driver: str) -> frozenset[str]:
        declared = re.compile(rb"\bvolatile\s+\w+\s*\*\s*(\w+)\s*;")
        return frozenset(name.decode() for unit in self._units_of(driver) for name in declared.findall(unit.source))

    @cache  # noqa: B019
    def _units_of(self, driver: str) -> list[Unit]:
        return [unit for path, unit in self.units.items() if path.startswith(driver)]


def text(node: Node) -> str:
    """An expression without comments and white space."""
    return syntax.unspaced(syntax.text_of(node))


def shortened(node: Node) -> str:
    """The text of a node with its white space folded, cut where it is long."""
    whole = syntax.folded(syntax.text_of(node))
    return whole if len(whole) <= _SHOWN else whole[: _SHOWN - 1] + "…"


def line_of(node: Node) -> int:
    """The 1-based line on which a node begins."""
    return node.start_point.row + 1


def column_of(node: Node) -> int:
    """The 1-based column, in bytes, at which a node begins."""
    return node.start_point.column + 1


def _driver(path: str) -> str:
    """The folder of a driver, with its slash: drivers/gpu/drm/xe/, drivers/accel/ivpu/, drivers/gpu/host1x/."""
    folders = path.split("/")[:-1]
    depth = 4 if folders[:3] == ["drivers", "gpu", "drm"] else 3
    return "/".join(folders[:depth]) + "/"


_QUERIES = {
    "function": "(function_definition) @found",
    "call": "(call_expression) @found",
    "pointer": "(pointer_expression) @found",
    "change": "[(assignment_expression) (update_expression)] @found",
}


@cache
def _query(what: str) -> Query:
    return Query(Language(tree_sitter_c.language()), _QUERIES[what])


def _captured(node: Node, what: str) -> list[Node]:
    """The nodes of a kind below a node, in source order; a query takes a fifth of the time of a walk."""
    found = QueryCursor(_query(what)).captures(node).get("found", [])
    return sorted(found, key=lambda one: one.start_byte)
