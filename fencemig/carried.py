# SPDX-License-Identifier: GPL-2.0-only
"""Which fences may carry an error that was stored elsewhere.

A signal that passes 0 keeps such an error. That is right, but the maintainer may want to pass it instead: so
the site is for review. What is not known to be another fence counts as the same one.
"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Kind, Use
from fencemig.source import Source

_DEPTH = 4  # of assignments that are followed back to where a fence comes from
_FOLDERS = 4  # drivers/gpu/drm/<driver>, drivers/usb/gadget/function
_GENERIC = {"base", "fence", "dma", "f", "dma_fence", "fences"}  # members that say nothing outside of their driver
_PASSED_ON = re.compile(r"rcu_\w*dereference\w*|rcu_access_pointer|dma_fence_get\w*|READ_ONCE|smp_load_acquire")
_MADE = re.compile(r"\w*(?:alloc|create|mock|new|init)\w*")


@dataclass(frozen=True)
class Fence:
    """What is known of the fence that an expression means.

    `member` names it in its `struct` ("" and None where that is unknown). `made`: the very function made it.
    """

    struct: str | None
    member: str
    made: bool = False


@dataclass(frozen=True)
class Store:
    """An error store that is still there after the conversion."""

    path: str
    function: str | None
    line: int
    fence: Fence

    def __str__(self) -> str:
        where = f"{self.function}(), " if self.function else ""
        return f"{where}{self.path}:{self.line}"


def fence_of(source: Source, use: Use) -> Fence:
    """The fence that a use is about."""
    if not use.arguments:
        return Fence(None, "")
    node = source.node(use.arguments[0])
    return _fence(source, node, source.definition(use), _DEPTH)


def store_at(source: Source, use: Use) -> Store:
    """The store that a use is."""
    return Store(source.path, use.function, use.line, fence_of(source, use))


def carriers(source: Source, use: Use, stores: Iterable[Store]) -> list[Store]:
    """The stores that may have put an error into the fence that a signal is about."""
    fence = fence_of(source, use)
    return [store for store in stores if _may_be_same(source.path, use.function, fence, store)]


def reason(stores: Sequence[Store]) -> str:
    """What to tell the maintainer of a fence that carries an error."""
    named = "; ".join(str(store) for store in stores[:3])
    more = f" and {len(stores) - 3} more" if len(stores) > 3 else ""
    return f"an error may be stored for this fence in {named}{more}: 0 keeps it, or pass it here"


def driver_of(path: str) -> str:
    """The folder of the driver that a file belongs to."""
    return "/".join(posixpath.dirname(path).split("/")[:_FOLDERS])


def _may_be_same(path: str, function: str | None, fence: Fence, store: Store) -> bool:
    near = driver_of(path) == driver_of(store.path)
    if path == store.path and function == store.function:
        return fence.member in ("", store.fence.member) or not store.fence.member
    if fence.made or store.fence.made:
        return False
    other = store.fence
    if not fence.member or not other.member:
        return near
    if fence.member != other.member:
        return False
    if fence.struct and other.struct:
        return fence.struct == other.struct
    return near or fence.member not in _GENERIC


def _fence(source: Source, node: Node, definition: Node | None, depth: int) -> Fence:
    node = syntax.bare(node)
    while node.type in ("pointer_expression", "subscript_expression"):
        inner = node.child_by_field_name("argument")
        if inner is None:
            return Fence(None, "")
        node = syntax.bare(inner)
    if node.type == "field_expression":
        owner, member = node.child_by_field_name("argument"), node.child_by_field_name("field")
        if owner is None or member is None:
            return Fence(None, "")
        return Fence(source.struct_of(owner) or None, syntax.text_of(member).decode(errors="replace"))
    if node.type == syntax.CALL:
        return _result(source, node, definition, depth)
    if node.type == "identifier" and definition is not None and depth:
        return _local(source, syntax.text_of(node).decode(errors="replace"), definition, depth)
    return Fence(None, "")


def _result(source: Source, call: Node, definition: Node | None, depth: int) -> Fence:
    function, given = call.child_by_field_name("function"), syntax.arguments(call)
    name = "" if function is None else syntax.text_of(function).decode(errors="replace")
    if _PASSED_ON.fullmatch(name) and given:
        return _fence(source, given[0], definition, depth)
    return Fence(None, "", made=_MADE.fullmatch(name) is not None)


def _local(source: Source, name: str, definition: Node, depth: int) -> Fence:
    """Where a local comes from, when all that it is set to agrees."""
    values = [value for set_name, _, value in syntax.assigned_names(definition) if set_name == name]
    origins = {
        Fence(None, "") if value is None else _fence(source, value, definition, depth - 1)
        for value in values
        if value is None or syntax.text_of(value) != b"NULL"
    }
    return origins.pop() if len(origins) == 1 else Fence(None, "")


def is_store(source: Source, use: Use) -> bool:
    """Whether a use keeps an error in a fence."""
    return use.kind is Kind.STORE or (use.kind is Kind.CALL and source.symbols.role(use.callee) == "store")
