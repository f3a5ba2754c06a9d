# SPDX-License-Identifier: GPL-2.0-only
"""Which lock is a fence's: what dma_fence_init() was given, compared by struct and member."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from fencemig import syntax
from fencemig.audit.code import Function, Unit, text
from fencemig.audit.program import Program

_INIT = ("dma_fence_init", "dma_fence_init64")
_FENCE_MEMBERS = ("lock", "extern_lock", "inline_lock")
FENCE = "dma_fence"


@dataclass(frozen=True)
class Lock:
    """A lock by its place in a struct; `struct` is None where the type is not in sight.

    `chain` has the members from the last pointer on ("fence_queue.lock"), or a variable's name, then with its file.
    """

    struct: str | None
    chain: str
    variable_of: str | None = None

    def same(self, other: "Lock") -> bool | None:
        """Whether both are the same lock, or None when that cannot be told."""
        if self.variable_of or other.variable_of:
            return self == other
        if self.struct is not None and other.struct is not None:
            return (self.struct, _last(self.chain)) == (other.struct, _last(other.chain))
        mine, others = self.chain.split("."), other.chain.split(".")
        if any(a != b for a, b in zip(reversed(mine), reversed(others), strict=False)):
            return False
        return True if mine == others and len(mine) > 1 else None


def lock_of(node: Node, unit: Unit) -> Lock | None:
    """The lock that an operand such as `&fctx->lock` names; None for what is no member and no variable."""
    node = syntax.pointee(node)
    if node.type == "identifier":
        return Lock(None, text(node), unit.path)
    owner = node.child_by_field_name("argument")
    if node.type != "field_expression" or owner is None:
        return None
    chain = text(node).rpartition("->")[2] if "->" in text(node) else text(node).partition(".")[2]
    return Lock(unit.struct_of(owner), chain)


def fence_of_lock(node: Node, unit: Unit) -> Node | None:
    """The fence in `fence->lock`, `dma_fence_spinlock(fence)`; None when the operand is no lock of that kind."""
    node = syntax.pointee(node)
    if node.type == syntax.CALL:
        function = node.child_by_field_name("function")
        found = syntax.arguments(node)
        return found[0] if function is not None and text(function) == "dma_fence_spinlock" and found else None
    owner, member = node.child_by_field_name("argument"), node.child_by_field_name("field")
    if owner is None or member is None or text(member) not in _FENCE_MEMBERS or unit.struct_of(owner) != FENCE:
        return None
    return owner


@dataclass(frozen=True)
class Initialised:
    """A call of dma_fence_init(): what it says of the lock of an ops' fences. `lock` is None for NULL, inline."""

    ops: str
    path: str
    lock: Lock | None
    shown: str


def initialised(program: Program) -> list[Initialised]:
    """All fences that are initialised, in order. An ops that a wrapper gets as a parameter is what its callers pass."""
    found = []
    for unit in program.units.values():
        if b"dma_fence_init" not in unit.source:
            continue
        for function in unit.functions.values():
            for call in function.calls:
                if call.name in _INIT and len(call.arguments) > 2:
                    ops, lock = call.arguments[1], syntax.bare(call.arguments[2])
                    inline = text(lock) == "NULL"
                    for name in _ops_names(text(ops).lstrip("&"), function):
                        shown = "inline" if inline else text(lock)
                        found.append(Initialised(name, unit.path, None if inline else lock_of(lock, unit), shown))
    return found


def _ops_names(name: str, function: Function) -> Iterator[str]:
    if name not in function.parameters:
        yield name
        return
    place = function.parameters.index(name)
    for caller in function.unit.functions.values():
        for call in caller.calls:
            if call.name == function.name and len(call.arguments) > place:
                yield from _ops_names(text(call.arguments[place]).lstrip("&"), caller)


def _last(chain: str) -> str:
    return chain.rpartition(".")[2]
