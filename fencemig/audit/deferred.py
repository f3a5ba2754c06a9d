# SPDX-License-Identifier: GPL-2.0-only
"""Work pushed to a queue under the fence lock, and the locks that fence callbacks take under it."""

import re
from collections.abc import Iterator, Sequence

from fencemig.audit import names
from fencemig.audit.code import Call, Function, text
from fencemig.audit.effects import Effects
from fencemig.audit.model import Evidence, Fact, Finding, Kind, Ops
from fencemig.audit.names import is_a
from fencemig.audit.program import Program
from fencemig.audit.races import finding

_LOCKS = (Fact.TAKES, Fact.TAKES_OTHER, Fact.TAKES_UNKNOWN)
_UNDER_LOCK = ("signaled", "enable_signaling")
_MEMBER = re.compile(r"(\w+)\s*[,)]")


def deferred_by_ops(program: Program, ops: Sequence[Ops]) -> Iterator[Finding]:
    """Work that the callbacks of ops push to a queue."""
    for one in ops:
        for callback in one.callbacks:
            for item in callback.evidence:
                if item.fact is Fact.DEFERS and callback.member in _UNDER_LOCK:
                    reached = f"{one.name}.{callback.member} may run under the fence lock"
                    yield _from(item, Kind.DEFERRED_WORK, reached + _handler(program, item))


def by_callbacks(program: Program) -> Iterator[Finding]:
    """Locks that functions given to dma_fence_add_callback() take, and work that they push to a queue."""
    for callback in _given(program):
        for item in Effects(program, ()).of(callback):
            by = f"{callback.name}(), a fence callback, runs under the lock of the fence that signals"
            if item.fact in _LOCKS:
                yield _from(item, Kind.CALLBACK_TAKES_LOCK, by)
            elif item.fact is Fact.DEFERS:
                yield _from(item, Kind.DEFERRED_WORK, by + _handler(program, item))


def on_signal_paths(program: Program, function: Function) -> Iterator[Finding]:
    """Work that a function which signals a fence under its lock pushes to a queue under the same lock."""
    if not any(is_a(names.SIGNAL, call.name) and call.name.endswith("_locked") for call in function.calls):
        return
    locks = any(_step(call) for call in function.calls)
    held = 0 if locks else 1  # without a lock of its own, its caller holds it
    for call in function.calls:
        held = max(held + _step(call), 0)
        if held and is_a(names.DEFER, call.name):
            found = finding(function, call.node, Kind.DEFERRED_WORK, "")
            item = Evidence(Fact.DEFERS, found.path, found.line, found.column, found.function, found.text)
            yield _from(
                item, Kind.DEFERRED_WORK, f"{function.name}() signals under the same lock" + _handler(program, item)
            )


def _step(call: Call) -> int:
    """How a call changes the number of locks that are held."""
    if is_a(names.LOCK, call.name) or is_a(names.FENCE_LOCK, call.name):
        return 1
    if is_a(names.SCOPED, call.name) and call.arguments and "spinlock" in text(call.arguments[0]):
        return 1
    return -1 if is_a(names.UNLOCK, call.name) or is_a(names.FENCE_UNLOCK, call.name) else 0


def _given(program: Program) -> list[Function]:
    """The functions given to dma_fence_add_callback(), each once, by path and line."""
    found: dict[tuple[str, int], Function] = {}
    for unit in program.units.values():
        if b"dma_fence_add_callback" not in unit.source:
            continue
        for function in unit.functions.values():
            for call in function.calls:
                if call.name == "dma_fence_add_callback" and len(call.arguments) > 2:
                    given = program.find(text(call.arguments[2]).lstrip("&"), unit)
                    if given is not None:
                        found[given.unit.path, given.node.start_byte] = given
    return [found[key] for key in sorted(found)]


def _handler(program: Program, item: Evidence) -> str:
    """The function that does the work, where the file of the call shows how the work is set up."""
    source = program.units[item.path].source.decode(errors="replace")
    for member in reversed(_MEMBER.findall(item.text)):
        setup = rf"\b(?:INIT_\w*WORK\w*|init_irq_work|kthread_init_\w*work|tasklet_setup)\([^;]*\b{member},\s*(\w+)\)"
        found = re.search(setup, source)
        if found is not None:
            return f"; the work is done by {found[1]}()"
    return ""


def _from(item: Evidence, kind: Kind, message: str) -> Finding:
    return Finding("", item.path, item.line, item.column, item.function, kind, item.text, message)
