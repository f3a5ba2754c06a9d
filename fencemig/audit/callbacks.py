# SPDX-License-Identifier: GPL-2.0-only
"""Every struct dma_fence_ops: what its callbacks do, and whether they can run without the fence lock.

The core calls `signaled` both with and without the lock (dma_fence_is_signaled() does not take it before),
`enable_signaling` only with it, `release` and `wait` without it.
"""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from fencemig import syntax
from fencemig.audit.code import Function, Unit, line_of, text
from fencemig.audit.effects import ATOMIC, BRIEFLY, Effects
from fencemig.audit.locks import Initialised
from fencemig.audit.model import Answer, Callback, Evidence, Fact, Ops
from fencemig.audit.program import Program
from fencemig.audit.protection import protected

_MEMBERS = ("signaled", "enable_signaling", "release", "wait")
_STRUCT = "dma_fence_ops"


def all_ops(program: Program, fences: Sequence[Initialised]) -> list[Ops]:
    """The ops of all files, by path and line."""
    found = []
    for unit in program.units.values():
        if _STRUCT.encode() not in unit.source:
            continue
        counts: dict[str, int] = {}
        for node in unit.root.named_children:
            pairs = _initialisers(node)
            if not pairs:
                continue
            name = syntax.function_name(node) or ""
            counts[name] = counts.get(name, 0) + 1
            found.append(_ops(program, fences, unit, node, name, f"{unit.path}:{name}:ops#{counts[name]}"))
    return found


def _ops(program: Program, fences: Sequence[Initialised], unit: Unit, node: Node, name: str, identity: str) -> Ops:
    mine = [fence for fence in fences if fence.ops == name and _reaches(fence, unit, fences)]
    effects = Effects(program, {fence.lock: None for fence in mine if fence.lock is not None})
    callbacks = []
    for member, value in _initialisers(node):
        if member in _MEMBERS and text(value) != "NULL":
            function = text(value).lstrip("&")
            definition = program.find(function, unit)
            callbacks.append(_callback(program, member, function, definition, effects, unit, value))
    locks = tuple(sorted({fence.shown for fence in mine}))
    return Ops(identity, name, unit.path, line_of(node), locks, tuple(callbacks))


def _reaches(fence: Initialised, unit: Unit, fences: Sequence[Initialised]) -> bool:
    """Whether an initialisation is of this file's ops, and not of another file's of the same name."""
    return fence.path == unit.path or not any(other.path == unit.path and other.ops == fence.ops for other in fences)


def _callback(
    program: Program,
    member: str,
    name: str,
    function: Function | None,
    effects: Effects,
    unit: Unit,
    value: Node,
) -> Callback:
    if function is None:
        return Callback(member, name, unit.path, line_of(value), Answer.UNKNOWN, "its definition is not in sight", ())
    found = tuple(effects.of(function))
    answer, because = _judge(program, member, found, effects, function)
    return Callback(member, name, function.unit.path, line_of(function.node), answer, because, found)


def _judge(
    program: Program, member: str, found: Sequence[Evidence], effects: Effects, function: Function
) -> tuple[Answer, str]:
    if (needed := _needs_lock(found)) is not None:
        return (
            Answer.NO,
            f"it {_shown(needed, function)}{', which its caller took' if needed.fact is Fact.DROPS else ''}",
        )
    if member in ("release", "wait"):
        return Answer.YES, "the core calls it without the lock"
    taken = next((item for item in found if item.fact is Fact.TAKES), None)
    if taken is not None:
        return Answer.YES, f"it {_shown(taken, function)} itself, and deadlocks with it held"
    if member == "enable_signaling":
        for item in (item for item in found if item.fact is Fact.CHANGES):
            user = protected(item, effects, program.units[item.path], function.name)
            if user is not None:
                where = f"{user.function}() uses {item.subject} under the fence lock ({_place(user, function)})"
                return Answer.NO, f"it {_shown(item, function)}, and {where}"
    doubts = list(_doubts(member, found, function))
    if doubts:
        more = f", and {len(doubts) - 1} more" if len(doubts) > 1 else ""
        return Answer.UNKNOWN, doubts[0] + more
    if member == "signaled":
        return Answer.YES, "it does not use the lock, and dma_fence_is_signaled() calls it without today"
    return Answer.YES, "it does not use the lock, and changes nothing that the lock protects"


def _needs_lock(found: Sequence[Evidence]) -> Evidence | None:
    """The first place that wants the fence lock of its caller: where the callback has not taken it itself."""
    held = 0
    for item in found:
        if item.fact is Fact.TAKES and item.subject != BRIEFLY:
            held += 1
        elif item.fact in (Fact.ASSERTS, Fact.NEEDS, Fact.DROPS) and not held:
            return item
        elif item.fact is Fact.DROPS:
            held -= 1
    return None


def _doubts(member: str, found: Sequence[Evidence], function: Function) -> Iterator[str]:
    """In order of weight. What `signaled` changes it changes without the lock today, so that is no doubt there."""
    weights = [Fact.TAKES_UNKNOWN, Fact.CALLS_UNKNOWN]
    if member == "enable_signaling":
        weights += [Fact.CHANGES, Fact.ERROR]
    for fact in weights:
        for item in found:
            if item.fact is fact and item.subject != ATOMIC:
                yield f"it {_shown(item, function)}"


def _shown(item: Evidence, function: Function) -> str:
    return f"{item.fact}: {item.text} ({_place(item, function)})"


def _place(item: Evidence, function: Function) -> str:
    """Where evidence stands; the file is named where it is not the callback's own."""
    return f"line {item.line}" if item.path == function.unit.path else f"{item.path}:{item.line}"


def _initialisers(node: Node) -> list[tuple[str, Node]]:
    """(member, value) of a file-level variable of struct dma_fence_ops; empty for anything else."""
    kind = node.child_by_field_name("type")
    if node.type != "declaration" or kind is None or syntax.text_of(kind).split()[-1:] != [_STRUCT.encode()]:
        return []
    pairs = []
    for pair in syntax.walk(node):
        value = pair.child_by_field_name("value")
        designators = pair.children_by_field_name("designator")
        if pair.type == "initializer_pair" and value is not None and designators:
            pairs.append((text(designators[0]).lstrip("."), value))
    return pairs
