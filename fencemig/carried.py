# SPDX-License-Identifier: GPL-2.0-only
"""Which fences may carry an error that was stored elsewhere.

A signal that passes 0 keeps such an error. That is right, but the maintainer may want to pass it instead: so
the site is for review. A fence is known by the member that names it, locals by what they were set to, parameters
by what the callers pass. What is not known to be another fence counts as the same one.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Kind, Use
from fencemig.source import Source

_DEPTH = 5  # of assignments and calls that are followed back to where a fence comes from
_FOLDERS = 4  # drivers/gpu/drm/<driver>, drivers/usb/gadget/function
_GENERIC = {"base", "fence", "dma", "f", "dma_fence", "fences"}  # members that say nothing outside of their driver
_PASSED_ON = re.compile(r"rcu_\w*dereference\w*|rcu_access_pointer|dma_fence_get\w*|READ_ONCE|smp_load_acquire")
_ASSIGNING = re.compile(r"rcu_assign_pointer|RCU_INIT_POINTER|WRITE_ONCE|smp_store_release")
_MADE = re.compile(r"\w*(?:alloc|create|mock|new|init)\w*")


@dataclass(frozen=True)
class Fence:
    """What is known of the fence that an expression means.

    `member` names it in its `struct` ("" and None where that is unknown). `made`: the very function made it.
    """

    struct: str | None
    member: str
    made: bool = False


_UNKNOWN = Fence(None, "")


@dataclass(frozen=True)
class Store:
    """An error store that is still there after the conversion, and the fences that it may be about."""

    path: str
    function: str | None
    line: int
    fences: frozenset[Fence]

    def __str__(self) -> str:
        where = f"{self.function}(), " if self.function else ""
        return f"{where}{self.path}:{self.line}"


def is_store(source: Source, use: Use) -> bool:
    """Whether a use keeps an error in a fence."""
    return use.kind is Kind.STORE or (use.kind is Kind.CALL and source.symbols.role(use.callee) == "store")


def reason(stores: Sequence[Store]) -> str:
    """What to tell the maintainer of a fence that carries an error."""
    named = "; ".join(str(store) for store in stores[:3])
    more = f" and {len(stores) - 3} more" if len(stores) > 3 else ""
    return f"an error may be stored for this fence in {named}{more}: 0 keeps it, or pass it here"


def driver_of(path: str) -> str:
    """The folder of the driver that a file belongs to."""
    return "/".join(posixpath.dirname(path).split("/")[:_FOLDERS])


def handed_functions(sources: Iterable[Source]) -> set[str]:
    """The functions visible outside of their file that use a fence which they are handed."""
    names = set()
    for source in sources:
        for use in source.uses if source.symbols.stores else ():
            definition = source.definition(use) if use.arguments else None
            if definition is None or _is_static(definition):
                continue
            root = re.match(r"[&*(]*(\w+)", source.target(use))
            if root and use.function and root[1] in _parameters(definition):
                names.add(use.function)
    return names


class Tracer:
    """Follows fences through the sources of a tree. `callers` are more files, which call what handles fences."""

    def __init__(self, sources: Sequence[Source], callers: Sequence[Source]) -> None:
        self.sources = [*sources, *callers]
        self._known_aliases: dict[str, dict[Fence, set[Fence]]] = {}

    def fences(self, source: Source, use: Use) -> frozenset[Fence]:
        """The fences that a use may be about."""
        if not use.arguments:
            return frozenset({_UNKNOWN})
        return frozenset(self._expression(source, source.node(use.arguments[0]), source.definition(use), _DEPTH))

    def store(self, source: Source, use: Use) -> Store:
        """The store that a use is."""
        return Store(source.path, use.function, use.line, self.fences(source, use))

    def carriers(self, source: Source, use: Use, stores: Iterable[Store]) -> list[Store]:
        """The stores that may have put an error into the fence that a signal is about."""
        fences = self.fences(source, use)
        handed = self._handed(source, use) if any(fence.made for fence in fences) else set()
        return [
            store
            for store in stores
            if store.function in handed
            or any(self._same(source.path, use.function, one, store, other) for one in fences for other in store.fences)
        ]

    def _handed(self, source: Source, use: Use) -> set[str]:
        """The functions that the function of a use hands the fence to, and those that they hand it on to."""
        definition, found = source.definition(use), set[str]()
        queue = [] if definition is None else [(definition, source.target(use))]
        while queue:
            around, fence = queue.pop()
            for call in syntax.calls(around):
                name = syntax.called(call)
                given = [syntax.plain(part) for part in syntax.arguments(call)]
                if fence not in given or name in found:
                    continue
                found.add(name)
                for callee in self._definitions.get(name, ()):
                    parameters = _parameters(callee)
                    if given.index(fence) < len(parameters):
                        queue.append((callee, parameters[given.index(fence)]))
        return found

    @cached_property
    def _definitions(self) -> dict[str, list[Node]]:
        """function → its definitions in the files that deal with fences."""
        found: dict[str, list[Node]] = defaultdict(list)
        for source in self.sources:
            for name in syntax.defined_names(source.root):
                definition = syntax.enclosing(name, syntax.FUNCTION)
                if definition is not None:
                    found[_decoded(name)].append(definition)
        return found

    def _same(self, path: str, function: str | None, fence: Fence, store: Store, other: Fence) -> bool:
        if path == store.path and function == store.function:
            return fence.member in ("", other.member) or not other.member
        if fence.made or other.made:
            return False
        driver = driver_of(path)
        near = driver == driver_of(store.path)
        if not fence.member or not other.member:
            return near
        if near and (other in self._aliases(driver).get(fence, ()) or fence in self._aliases(driver).get(other, ())):
            return True
        if fence.member != other.member:
            return False
        if fence.struct and other.struct:
            return fence.struct == other.struct
        return near or fence.member not in _GENERIC

    def _aliases(self, driver: str) -> dict[Fence, set[Fence]]:
        """The pointer members that a driver sets, each with the fences that it is set to."""
        if driver in self._known_aliases:
            return self._known_aliases[driver]
        found = self._known_aliases[driver] = defaultdict(set)
        for source in (source for source in self.sources if driver_of(source.path) == driver):
            for target, value in _pointers_set(source.root):
                if source.symbols.struct not in (source.struct_of(target), source.struct_of(value)):
                    continue
                definition = syntax.enclosing(target, syntax.FUNCTION)
                for named in self._expression(source, target, definition, 1):
                    meant = self._expression(source, value, definition, 2)
                    found[named] |= {one for one in meant if one.member and one != named}
        return found

    def _expression(self, source: Source, node: Node, definition: Node | None, depth: int) -> set[Fence]:
        node = syntax.bare(node)
        if node.type in ("pointer_expression", "subscript_expression"):
            inner = node.child_by_field_name("argument")
            if inner is None:
                return {_UNKNOWN}
            found = self._expression(source, inner, definition, depth)
            if node.type == "pointer_expression" and syntax.text_of(node).startswith(b"&"):
                return found
            return {_UNKNOWN if one.made else one for one in found}  # who made an array did not make what is in it
        if node.type == "field_expression":
            owner, member = node.child_by_field_name("argument"), node.child_by_field_name("field")
            if owner is None or member is None:
                return {_UNKNOWN}
            return {Fence(source.struct_of(owner) or None, _decoded(member))}
        if not depth:
            return {_UNKNOWN}
        if node.type == "conditional_expression":
            arms = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
            return {one for arm in arms if arm for one in self._expression(source, arm, definition, depth - 1)}
        if node.type == syntax.CALL:
            function, given = node.child_by_field_name("function"), syntax.arguments(node)
            name = "" if function is None else _decoded(function)
            if _PASSED_ON.fullmatch(name) and given:
                return self._expression(source, given[0], definition, depth)
            return {Fence(None, "", made=_MADE.fullmatch(name) is not None)}
        if node.type == "identifier" and definition is not None:
            return self._variable(source, _decoded(node), definition, depth)
        return {_UNKNOWN}

    def _variable(self, source: Source, name: str, definition: Node, depth: int) -> set[Fence]:
        """A local is all that it is set to; a parameter also all that is passed."""
        found: set[Fence] = set()
        for set_name, _, value in syntax.assigned_names(definition):
            if set_name == name and value is None:
                found.add(_UNKNOWN)
            elif set_name == name and value is not None and syntax.text_of(value) != b"NULL":
                found |= self._expression(source, value, definition, depth - 1)
        parameters = _parameters(definition)
        if name in parameters:
            found |= self._passed(source, definition, parameters.index(name), depth)
        return found or {_UNKNOWN}

    def _passed(self, source: Source, definition: Node, index: int, depth: int) -> set[Fence]:
        """What the callers of a function pass: unknown when it has none, or is handed around as a value."""
        name = syntax.function_name(definition)
        found: set[Fence] = set()
        where = [source] if _is_static(definition) else self.sources
        for other in where:
            for mention in other.mentions(name or ""):
                parent = mention.parent
                if parent is None or parent.type == "function_declarator":
                    continue
                if parent.type != syntax.CALL or parent.child_by_field_name("function") != mention:
                    return {_UNKNOWN}
                given = syntax.arguments(parent)
                if index >= len(given):
                    return {_UNKNOWN}
                around = syntax.enclosing(parent, syntax.FUNCTION)
                found |= self._expression(other, given[index], around, depth - 1)
        return found or {_UNKNOWN}


def _pointers_set(root: Node) -> Iterator[tuple[Node, Node]]:
    """(member, value) wherever a file sets a member to something."""
    for node in syntax.walk(root):
        target = value = None
        if node.type == "assignment_expression":
            target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        elif node.type == syntax.CALL and _ASSIGNING.fullmatch(syntax.called(node)):
            given = syntax.arguments(node)
            target, value = (given[0], given[1]) if len(given) == 2 else (None, None)
        if target is not None and value is not None and target.type == "field_expression":
            yield target, value


def _parameters(definition: Node) -> list[str]:
    """The names of a function's parameters."""
    declarator = definition.child_by_field_name("declarator")
    while declarator is not None and declarator.type != "function_declarator":
        declarator = declarator.child_by_field_name("declarator")
    listed = None if declarator is None else declarator.child_by_field_name("parameters")
    if listed is None:
        return []
    names = []
    for parameter in listed.named_children:
        inner = parameter.child_by_field_name("declarator")
        while inner is not None and inner.type != "identifier":
            inner = inner.child_by_field_name("declarator")
        names.append("" if inner is None else _decoded(inner))
    return names


def _is_static(definition: Node) -> bool:
    return any(
        child.type == "storage_class_specifier" and syntax.text_of(child) == b"static" for child in definition.children
    )


def _decoded(node: Node) -> str:
    return syntax.text_of(node).decode(errors="replace")
