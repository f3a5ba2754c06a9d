# SPDX-License-Identifier: GPL-2.0-only
"""What a function does to the fence that it is given, followed through the helpers that it calls."""

from collections.abc import Iterable, Iterator, Mapping

from tree_sitter import Node

from fencemig import syntax
from fencemig.audit import names
from fencemig.audit.code import Call, Function, column_of, line_of, shortened, text
from fencemig.audit.locks import FENCE, Lock, fence_of_lock, lock_of
from fencemig.audit.model import Evidence, Fact
from fencemig.audit.names import is_a
from fencemig.audit.program import Program
from fencemig.audit.roles import Role, role_of, roles_in

_DEPTH = 5  # of helpers that call helpers; deeper than any callback of 6.12 and 7.3 needs
ATOMIC = "atomic"  # the subject of an error that is stored by cmpxchg() or xchg()
BRIEFLY = "briefly"  # the subject of a lock that a function of the core takes and drops again


class Effects:
    """Follows calls from an entry, for a fence whose lock is one of `locks`."""

    def __init__(self, program: Program, locks: Iterable[Lock]) -> None:
        self._program = program
        self._locks = tuple(locks)

    def of(self, function: Function) -> list[Evidence]:
        """The evidence in a callback that gets the fence as its first parameter, and in its helpers, in order."""
        given = {function.parameters[0]: Role.FENCE} if function.parameters else {}
        return self._follow(function, given, set(), 0)

    def is_fence_lock(self, operand: Node, function: Function, roles: Mapping[str, Role]) -> bool | None:
        """Whether a lock is the fence's; None when that cannot be told."""
        fence = fence_of_lock(operand, function.unit)
        if fence is not None:
            return role_of(fence, roles, function) is Role.FENCE
        lock = lock_of(operand, function.unit)
        answers = [None if lock is None else lock.same(known) for known in self._locks]
        return True if True in answers else None if None in answers else False

    def _follow(
        self, function: Function, given: Mapping[str, Role], seen: set[tuple[str, str]], depth: int
    ) -> list[Evidence]:
        key = (function.unit.path, function.name)
        if key in seen:
            return []
        seen.add(key)
        roles = roles_in(function, given)
        found: list[tuple[int, list[Evidence]]] = [
            (node.start_byte, [evidence(fact, function, node, subject)])
            for node in function.changes
            if (change := _change(node, function, roles)) is not None
            for fact, subject in [change]
        ]
        found += [
            (node.start_byte, [evidence(Fact.HARDWARE, function, node)])
            for node in function.pointers
            if self._is_mapped(node, function)
        ]
        for call in function.calls:
            known = [evidence(fact, function, call.node, about) for fact, about in self._facts(call, function, roles)]
            if not known or known[0].fact is Fact.HARDWARE:
                helpers = self._helpers(call, function) if depth < _DEPTH else []
                for helper in helpers:
                    known += self._follow(helper, _passed(call, helper, function, roles), seen, depth + 1)
                if not helpers and not known and not is_a(names.HARMLESS, call.name):
                    known = [evidence(Fact.CALLS_UNKNOWN, function, call.node, call.name)]
            found.append((call.node.start_byte, known))
        return [item for _, part in sorted(found, key=lambda pair: pair[0]) for item in part]

    def _is_mapped(self, node: Node, function: Function) -> bool:
        """Whether `*pointer` reads memory that the driver declares volatile."""
        inner = node.child_by_field_name("argument")
        member = None if inner is None else inner.child_by_field_name("field")
        if node.parent is not None and node.parent.type == "argument_list":
            return False  # the call that it is given to is the evidence
        return (
            text(node).startswith("*") and member is not None and self._program.is_volatile(text(member), function.unit)
        )

    def _helpers(self, call: Call, function: Function) -> list[Function]:
        """The definitions of what is called, through a pointer too where the driver shows what is stored in it."""
        if not call.direct:
            return self._program.pointed_to(call.function, function.unit)
        helper = None if is_a(names.HARMLESS, call.name) else self._program.find(call.name, function.unit)
        return [] if helper is None else [helper]

    def _facts(self, call: Call, function: Function, roles: Mapping[str, Role]) -> Iterator[tuple[Fact, str]]:
        name, first = call.name, call.arguments[0] if call.arguments else None
        own = first is not None and role_of(first, roles, function) is Role.FENCE
        if is_a(names.SIGNAL, name):
            yield (Fact.SIGNALS if own else Fact.SIGNALS_OTHER), ""
            if own:
                yield (Fact.NEEDS, "") if name.endswith("_locked") else (Fact.TAKES, BRIEFLY)
        elif own and is_a(names.TAKING, name):
            yield Fact.TAKES, BRIEFLY
        elif is_a(names.TEST, name):
            if own and name.endswith("_locked"):
                yield Fact.NEEDS, ""
        elif name == "dma_fence_set_error":
            if own:
                yield Fact.ERROR, ""
        elif is_a(names.ATOMIC_ERROR, name) and first is not None and _stores_error(first, function, roles):
            yield Fact.ERROR, ATOMIC
        elif (lock := self._lock_fact(call, function, roles)) is not None:
            yield lock, ""
        elif is_a(names.MUTATE, name) and first is not None:
            if (member := _member(first, function)) is not None:
                yield Fact.CHANGES, member
        elif is_a(names.SLEEP, name):
            yield Fact.SLEEPS, ""
        elif is_a(names.DEFER, name):
            yield Fact.DEFERS, ""
        elif is_a(names.HARDWARE, name):
            yield Fact.HARDWARE, ""
        elif is_a(names.OF_MEMORY, name) and first is not None:
            if syntax.bare(first).type in ("pointer_expression", "subscript_expression") or name.endswith("p"):
                yield Fact.HARDWARE, ""
        elif any(names.SLEEPING_ALLOCATION.search(text(argument)) for argument in call.arguments):
            yield Fact.SLEEPS, ""

    def _lock_fact(self, call: Call, function: Function, roles: Mapping[str, Role]) -> Fact | None:
        name, operands = call.name, call.arguments
        if not operands:
            return None
        if is_a(names.FENCE_LOCK, name) or is_a(names.FENCE_UNLOCK, name) or name == "dma_fence_assert_held":
            own = role_of(operands[0], roles, function) is Role.FENCE
            taken = Fact.TAKES if own else Fact.TAKES_OTHER
            other = (Fact.ASSERTS if is_a(names.ASSERT, name) else Fact.DROPS) if own else None
            return taken if is_a(names.FENCE_LOCK, name) else other
        if is_a(names.SCOPED, name):
            return self._taken(operands[1], function, roles) if "lock" in text(operands[0]) and operands[1:] else None
        if is_a(names.LOCK, name):
            return self._taken(operands[0], function, roles)
        if is_a(names.OTHER_LOCK, name):
            return Fact.TAKES_OTHER
        if is_a(names.WAIT_QUEUE, name):
            return Fact.NEEDS if self._is_wait_queue(operands[0]) else None
        held = self.is_fence_lock(operands[0], function, roles)
        if is_a(names.UNLOCK, name) and held:
            return Fact.DROPS
        return Fact.ASSERTS if is_a(names.ASSERT, name) and held else None

    def _taken(self, operand: Node, function: Function, roles: Mapping[str, Role]) -> Fact:
        held = self.is_fence_lock(operand, function, roles)
        return Fact.TAKES if held else Fact.TAKES_UNKNOWN if held is None else Fact.TAKES_OTHER

    def _is_wait_queue(self, operand: Node) -> bool:
        queue = text(operand).lstrip("&").rpartition("->")[2]
        return any(lock.chain == f"{queue}.lock" for lock in self._locks)


def evidence(fact: Fact, function: Function, node: Node, subject: str = "") -> Evidence:
    """The evidence that a node of a function is."""
    shown = shortened(node)
    return Evidence(fact, function.unit.path, line_of(node), column_of(node), function.name, shown, subject)


def _passed(call: Call, helper: Function, function: Function, roles: Mapping[str, Role]) -> dict[str, Role]:
    pairs = zip(helper.parameters, call.arguments, strict=False)
    return {name: role for name, node in pairs if (role := role_of(node, roles, function)) is not None}


def _change(node: Node, function: Function, roles: Mapping[str, Role]) -> tuple[Fact, str] | None:
    """What an assignment changes: the error of the fence, or a member of something shared."""
    left = node.child_by_field_name("left") or node.child_by_field_name("argument")
    if left is None or (member := _member(left, function)) is None:
        return None
    return (Fact.ERROR, "") if _stores_error(left, function, roles) else (Fact.CHANGES, member)


def _stores_error(node: Node, function: Function, roles: Mapping[str, Role]) -> bool:
    inner = node.child_by_field_name("argument") if node.type == "pointer_expression" else node
    if inner is None or inner.type != "field_expression" or not text(inner).endswith(("->error", ".error")):
        return False
    owner = inner.child_by_field_name("argument")
    if owner is None:
        return False
    return role_of(owner, roles, function) is Role.FENCE or function.unit.struct_of(owner) == FENCE


def _member(node: Node, function: Function) -> str | None:
    """The last member that an expression names, when it leads out of the function through a pointer."""
    fields = [part for part in syntax.walk(node) if part.type == "field_expression"]
    if not fields or ("->" not in text(node) and "[" not in text(node)):
        return None
    member = fields[0].child_by_field_name("field")
    return None if member is None else text(member)
