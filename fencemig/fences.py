# SPDX-License-Identifier: GPL-2.0-only
"""Which fence an expression means, followed through the sources of a tree.

A fence is known by the member that names it, locals by what they were set to, parameters by what the callers pass.
"""

import posixpath
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Use
from fencemig.functions import Functions, is_static, parameters
from fencemig.source import Source

_DEPTH = 5  # of assignments and calls that are followed back to where a fence comes from
_RECENT = 1024  # answers of each kind that are remembered
_FOLDERS = 4  # drivers/gpu/drm/<driver>, drivers/usb/gadget/function
_GENERIC = {"base", "fence", "dma", "f", "dma_fence", "fences"}  # members that say nothing outside of their driver
_PASSED_ON = re.compile(r"rcu_\w*dereference\w*|rcu_access_pointer|dma_fence_get\w*|READ_ONCE|smp_load_acquire")
_ASSIGNING = re.compile(r"rcu_assign_pointer|RCU_INIT_POINTER|WRITE_ONCE|smp_store_release")
_MADE = re.compile(r"\w*(?:alloc|create|mock|new|init)\w*")
_NOTHING = rb"(?:\s|/\*.*?\*/)*"


@dataclass(frozen=True, slots=True)
class Fence:
    """What is known of the fence that an expression means.

    `member` names it in its `struct` ("" and None where that is unknown). `made`: the very function made it.
    """

    struct: str | None
    member: str
    made: bool = False

    @property
    def is_generic(self) -> bool:
        """Whether its member may name another fence in another driver."""
        return self.member in _GENERIC


_UNKNOWN = Fence(None, "")
_NOBODY_KNOWS = frozenset({_UNKNOWN})


def driver_of(path: str) -> str:
    """The folder of the driver that a file belongs to."""
    return "/".join(posixpath.dirname(path).split("/")[:_FOLDERS])


class Tracer:
    """Follows fences through the sources of a tree. `callers` are more files, which call what handles fences.

    What it remembers are fences and names, never syntax trees.
    """

    def __init__(self, sources: Sequence[Source], callers: Sequence[Source]) -> None:
        self._sources = [*sources, *callers]
        self._functions = Functions(self._sources)
        self._known_fences: dict[str, tuple[frozenset[Fence], ...]] = {}  # of each use of a file
        self._one_of_each: dict[frozenset[Fence], frozenset[Fence]] = {}  # most uses are about the same few
        # Who asks again does so soon, for he is about the same driver.
        self._passed = lru_cache(_RECENT)(self._all_passed)
        self._aliases = lru_cache(_RECENT)(self._all_aliases)
        self._handed_on = lru_cache(_RECENT)(self._all_handed_on)

    def near(self, driver: str) -> Sequence[Source]:
        """The sources of a driver."""
        return self._drivers.get(driver, ())

    @cached_property
    def _drivers(self) -> Mapping[str, Sequence[Source]]:
        found = defaultdict(list)
        for source in self._sources:
            found[driver_of(source.path)].append(source)
        return found

    def follow(self, source: Source) -> None:
        """Follow the fences of a source before somebody asks for each."""
        for use in source.uses:
            self.handed(source, use)

    def fences(self, source: Source, use: Use) -> frozenset[Fence]:
        """The fences that a use may be about."""
        if source.path not in self._known_fences:
            self._known_fences[source.path] = tuple(self._of_use(source, one) for one in source.uses)
        uses = source.uses
        first = bisect_left(uses, use.offset, key=lambda one: one.offset)
        return self._known_fences[source.path][uses.index(use, first)]

    def all_fences(self, source: Source, uses: Iterable[Use]) -> frozenset[Fence]:
        """The fences that one of several uses of a file may be about."""
        return self._shared(frozenset[Fence]().union(*(self.fences(source, use) for use in uses)))

    def _shared(self, fences: frozenset[Fence]) -> frozenset[Fence]:
        return self._one_of_each.setdefault(fences, fences)

    def _of_use(self, source: Source, use: Use) -> frozenset[Fence]:
        if not use.arguments:
            return _NOBODY_KNOWS
        node, definition = source.node(use.arguments[0]), source.definition(use)
        return self._shared(frozenset(self._expression(source, node, definition, _DEPTH)))

    def handed(self, source: Source, use: Use) -> frozenset[str]:
        """Where the function of a use made the fence: the functions that it hands it to, and those that get it then."""
        definition = source.definition(use) if any(fence.made for fence in self.fences(source, use)) else None
        queue = [] if definition is None else [*_handed(definition, source.target(use))]
        found = set()
        while queue:
            call = queue.pop()
            if call not in found:
                found.add(call)
                queue += self._handed_on(*call)
        return frozenset(name for name, _ in found)

    def _all_handed_on(self, name: str, index: int) -> Collection[tuple[str, int]]:
        """The functions that a function hands a parameter to, each with the place among its arguments."""
        found: dict[tuple[str, int], None] = {}
        for definition in self._functions.definitions(name):
            named = parameters(definition)
            if index < len(named):
                found.update(dict.fromkeys(_handed(definition, named[index])))
        return found

    def may_be_same(self, driver: str, fence: Fence, other_driver: str, other: Fence) -> bool:
        """Whether the fences of two functions may be the same one; that is the same either way round."""
        if fence.made or other.made:
            return False
        near = driver == other_driver
        if not fence.member or not other.member:
            return near
        if near and (self._is_set_to(driver, fence, other) or self._is_set_to(driver, other, fence)):
            return True
        if fence.member != other.member:
            return False
        if fence.struct and other.struct:
            return fence.struct == other.struct
        return near or not fence.is_generic

    def _is_set_to(self, driver: str, fence: Fence, other: Fence) -> bool:
        """Whether a driver sets a pointer member to another fence."""
        return other in self._aliases(driver, fence.member).get(fence, ())

    def _all_aliases(self, driver: str, member: str) -> Mapping[Fence, set[Fence]]:
        """The pointer members of one name that a driver sets, each with the fences that it is set to."""
        found: dict[Fence, set[Fence]] = defaultdict(set)
        for source in self.near(driver):
            for target, value in _pointers_set(source, member.encode()):
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
        named = parameters(definition)
        if name in named:
            function, own = syntax.function_name(definition) or "", source if is_static(definition) else None
            found |= self._passed(own, function, named.index(name), depth)
        return found or {_UNKNOWN}

    def _all_passed(self, own: Source | None, function: str, index: int, depth: int) -> set[Fence]:
        """What the callers of a function pass: unknown when it has none, or is handed around as a value.

        They are in its own file, or else, for None, anywhere.
        """
        found: set[Fence] = set()
        for source in self._functions.mentioning(function) if own is None else [own]:
            for mention in source.mentions(function):
                parent = mention.parent
                if parent is None or parent.type == "function_declarator":
                    continue
                if parent.type != syntax.CALL or parent.child_by_field_name("function") != mention:
                    return {_UNKNOWN}
                given = syntax.arguments(parent)
                if index >= len(given):
                    return {_UNKNOWN}
                around = syntax.enclosing(parent, syntax.FUNCTION)
                found |= self._expression(source, given[index], around, depth - 1)
        return found or {_UNKNOWN}


def _handed(definition: Node, fence: str) -> Iterator[tuple[str, int]]:
    """The calls that a function hands a fence to: what is called, and the first place among the arguments."""
    for call in syntax.calls(definition):
        given = [syntax.plain(part) for part in syntax.arguments(call)]
        if fence in given:
            yield syntax.called(call), given.index(fence)


def _pointers_set(source: Source, member: bytes) -> Iterator[tuple[Node, Node]]:
    """(expression, value) wherever a file sets a member of this name to something."""
    setting = re.compile(rb"(?:->|\.)\s*(" + re.escape(member) + rb")" + _NOTHING + rb"(?:=(?!=)|,)", re.DOTALL)
    for found in setting.finditer(source.text):
        target = source.node(found.span(1)).parent
        around = None if target is None or target.type != "field_expression" else target.parent
        if target is None or around is None:
            continue
        if around.type == "assignment_expression" and around.child_by_field_name("left") == target:
            value = around.child_by_field_name("right")
        elif around.type == "argument_list" and around.parent is not None and around.parent.type == syntax.CALL:
            given = syntax.arguments(around.parent)
            assigns = len(given) == 2 and given[0] == target and _ASSIGNING.fullmatch(syntax.called(around.parent))
            value = given[1] if assigns else None
        else:
            value = None
        if value is not None:
            yield target, value


def _decoded(node: Node) -> str:
    return syntax.text_of(node).decode(errors="replace")
