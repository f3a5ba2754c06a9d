# SPDX-License-Identifier: GPL-2.0-only
"""The code around signalling: what is used after a signal, and tests that a signal follows without the lock.

dma-fence.c and its header are left out: they are what is redesigned.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node

from fencemig import syntax
from fencemig.audit import names
from fencemig.audit.code import Call, Function, column_of, line_of, shortened, text
from fencemig.audit.flow import following
from fencemig.audit.model import Finding, Kind
from fencemig.audit.names import is_a
from fencemig.audit.program import Program
from fencemig.audit.roles import Role, roles_in
from fencemig.declarations import declared_names

CORE = ("drivers/dma-buf/dma-fence.c", "include/linux/dma-fence.h")  # which knows what signalling does to the ops
_HOLDER = re.compile(r"&\(?(\w+)\)?->\w+(\.\w+)*")
_ITERATOR = re.compile(r"\w*(for_each|foreach)\w*")
_NAMES_OF = ("dma_fence_driver_name", "dma_fence_timeline_name", "dma_fence_describe")
_SIGNALED_BIT = "DMA_FENCE_FLAG_SIGNALED_BIT"
_LOCK_MEMBERS = ("lock", "extern_lock", "inline_lock")


def around_signals(program: Program, function: Function) -> Iterator[Finding]:
    """What a function does after a signal, and the signals after a test, in source order of the signals."""
    for call in function.calls:
        if not call.arguments:
            continue
        if is_a(names.SIGNAL, call.name):
            yield from _after_signal(program, function, call)
        elif (fence := _tested(call)) is not None:
            yield from _after_test(function, call, fence)


def finding(function: Function, node: Node, kind: Kind, message: str) -> Finding:
    """A finding about a node; its id is given once all are known."""
    path, name = function.unit.path, function.name
    return Finding("", path, line_of(node), column_of(node), name, kind, shortened(node), message)


def _after_signal(program: Program, function: Function, signal: Call) -> Iterator[Finding]:
    fence = text(signal.arguments[0])
    holder = _holder(function, signal.arguments[0])
    line = line_of(signal.node)
    used: list[tuple[Kind, Node]] = []
    put, maybe = None, None
    for part, node in _walk_after(signal.node):
        if _ends(node, fence, holder):
            if part.type in ("expression_statement", "declaration"):
                put = node if node.type == syntax.CALL else None
                break
            maybe = maybe or (node if node.type == syntax.CALL else None)
            continue
        kind = _use(program, function, node, fence, holder)
        if kind is not None and _same_variable(node, signal.node, holder or _root(fence)):
            used.append((kind, node))
    for kind in (Kind.OPS_AFTER_SIGNAL, Kind.LOCK_AFTER_SIGNAL, Kind.HOLDER_AFTER_SIGNAL):
        nodes = [node for found, node in used if found is kind]
        if not nodes:
            continue
        lines = sorted({line_of(node) for node in nodes[1:]} - {line_of(nodes[0])})
        again = f"; again in line {', '.join(map(str, lines))}" if lines else ""
        what = {
            Kind.OPS_AFTER_SIGNAL: f"the ops of {fence}, signalled in line {line}, are used: they may be NULL by now",
            Kind.LOCK_AFTER_SIGNAL: f"the lock of {fence} is used after the signal in line {line}",
            Kind.HOLDER_AFTER_SIGNAL: f"{holder}, which holds the fence signalled in line {line}, is used",
        }[kind]
        yield finding(function, nodes[0], kind, f"{what}{again}; {_held(function, signal, fence, put, maybe)}")


def _held(function: Function, signal: Call, fence: str, put: Node | None, maybe: Node | None) -> str:
    """What is seen of a reference that keeps the fence after its signal."""
    for call in function.calls:
        before = call.node.start_byte < signal.node.start_byte
        if before and call.name == "dma_fence_get" and text(call.arguments[0]) == fence:
            return f"a reference was taken in line {line_of(call.node)}"
    if put is not None:
        return f"the reference is dropped in line {line_of(put)}"
    return f"a reference may be dropped in line {line_of(maybe)}" if maybe else "no put of the fence is in sight"


def _after_test(function: Function, test: Call, fence: str) -> Iterator[Finding]:
    """The first signal after a test, when the lock is not held from the one to the other."""
    locked = False
    for part, node in _walk_after(test.node):
        if _assigns(node, _root(fence)) and part.type in ("expression_statement", "declaration"):
            return
        if node.type != syntax.CALL:
            continue
        call = Call(node)
        if is_a(names.LOCK, call.name) or is_a(names.FENCE_LOCK, call.name) or is_a(names.SCOPED, call.name):
            locked = True
        if not is_a(names.SIGNAL, call.name) or not call.arguments or text(call.arguments[0]) != fence:
            continue
        if locked or not call.name.endswith("_locked"):
            message = f"{fence} is tested in line {line_of(test.node)}, and may be signalled by others before this"
            yield finding(function, node, Kind.TEST_THEN_SIGNAL, message)
        return


def _walk_after(node: Node) -> Iterator[tuple[Node, Node]]:
    """(statement, node in it) of all that may run after a node."""
    for part in following(node):
        for inner in syntax.walk(part):
            yield part, inner


def _holder(function: Function, fence: Node) -> str | None:
    """The variable that points to the structure around a fence."""
    member = _HOLDER.fullmatch(text(fence))
    if member is not None:
        return member[1]
    if fence.type != "identifier":
        return None
    for name, value in function.values:
        if name == text(fence) and (member := _HOLDER.fullmatch(text(syntax.bare(value)))) is not None:
            return member[1]
    roles = roles_in(function, {text(fence): Role.FENCE})
    return next((name for name, role in roles.items() if role is Role.HOLDER), None)


def _use(program: Program, function: Function, node: Node, fence: str, holder: str | None) -> Kind | None:
    if node.type == syntax.CALL:
        call = Call(node)
        passed = [text(argument) for argument in call.arguments]
        if fence in passed:
            if call.name in _NAMES_OF or _reads_ops(program, function, call, passed.index(fence)):
                return Kind.OPS_AFTER_SIGNAL
            if call.name == "dma_fence_spinlock" or re.fullmatch(r"dma_fence_(un)?lock_irq\w*", call.name):
                return Kind.LOCK_AFTER_SIGNAL
    elif node.type == "field_expression":
        owner, member = node.child_by_field_name("argument"), node.child_by_field_name("field")
        if owner is not None and member is not None and text(owner) in (fence, fence.lstrip("&")):
            if text(member) == "ops":
                return Kind.OPS_AFTER_SIGNAL
            if text(member) in _LOCK_MEMBERS:
                return Kind.LOCK_AFTER_SIGNAL
    elif node.type == "identifier" and holder is not None and text(node) == holder:
        around = next((parent for parent in syntax.ancestors(node) if parent.type != "field_expression"), node)
        if text(around).lstrip("&") != fence.lstrip("&"):  # the fence itself is not what holds it
            return Kind.HOLDER_AFTER_SIGNAL
    return None


def _reads_ops(program: Program, function: Function, call: Call, place: int) -> bool:
    """Whether a helper looks at the ops of the fence that it is given, as the to_driver_fence() of many drivers do."""
    helper = program.find(call.name, function.unit) if call.direct else None
    if helper is None or helper.unit.path in CORE or place >= len(helper.parameters):
        return False
    return re.search(rf"\b{helper.parameters[place]}->ops\b", text(helper.body)) is not None


def _ends(node: Node, fence: str, holder: str | None) -> bool:
    """Whether the fence is given up here, or its variable means another one from here on."""
    roots = {_root(fence), holder} - {None}
    if any(_assigns(node, name) for name in roots):
        return True
    if node.type != syntax.CALL:
        return False
    call = Call(node)
    given_up = {fence, *([holder] if holder else [])}
    return is_a(names.UNUSED_AFTER, call.name) and any(text(argument) in given_up for argument in call.arguments)


def _same_variable(node: Node, other: Node, name: str | None) -> bool:
    """Whether a name means the same variable in two places, and not one declared in an inner block."""
    return _scope(node, name) == _scope(other, name)


def _scope(node: Node, name: str | None) -> Node | None:
    for block in syntax.ancestors(node):
        if block.type in ("compound_statement", "for_statement"):
            for child in block.named_children:
                if child.type == "declaration" and child.start_byte < node.start_byte and name in declared_names(child):
                    return block
    return None


def _assigns(node: Node, name: str | None) -> bool:
    if node.type == syntax.CALL and _ITERATOR.fullmatch(syntax.called(node)):
        return any(text(argument) == name for argument in syntax.arguments(node))
    left = node.child_by_field_name("left") if node.type == "assignment_expression" else None
    return left is not None and text(left) == name


def _root(fence: str) -> str | None:
    found = re.search(r"[A-Za-z_]\w*", fence)
    return None if found is None else found[0]


def _tested(call: Call) -> str | None:
    """The fence whose signaled state a call tests, by function or by the flag."""
    if is_a(names.TEST, call.name):
        return text(call.arguments[0])
    if call.name == "test_bit" and text(call.arguments[0]) == _SIGNALED_BIT and len(call.arguments) > 1:
        flags = text(call.arguments[1])
        if flags.endswith("->flags"):
            return flags.removeprefix("&").removesuffix("->flags")
        return flags.removesuffix(".flags") if flags.endswith(".flags") else None
    return None
