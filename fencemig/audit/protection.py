# SPDX-License-Identifier: GPL-2.0-only
"""Whether what a callback changes is used elsewhere under the fence lock, and so needs it."""

from fencemig import syntax
from fencemig.audit import names
from fencemig.audit.code import Function, Unit, text
from fencemig.audit.effects import Effects, evidence
from fencemig.audit.model import Evidence, Fact
from fencemig.audit.names import is_a


def protected(change: Evidence, effects: Effects, unit: Unit, callback: str) -> Evidence | None:
    """The first use of the changed member, in another function of its file, with the fence lock held."""
    for function in unit.functions.values():
        if function.name in (callback, change.function):
            continue
        region = _locked_region(function, effects)
        if region is None:
            continue
        for node in syntax.walk(function.body):
            inside = region[0] <= node.start_byte < region[1]
            if inside and node.type in ("field_identifier", "identifier") and text(node) == change.subject:
                return evidence(Fact.CHANGES, function, node)
    return None


def _locked_region(function: Function, effects: Effects) -> tuple[int, int] | None:
    """From the first taking of the driver's lock to its last release."""
    start = end = None
    for call in function.calls:
        operands = call.arguments[1:] if is_a(names.SCOPED, call.name) else call.arguments
        locks, unlocks = is_a(names.LOCK, call.name) or is_a(names.SCOPED, call.name), is_a(names.UNLOCK, call.name)
        if (locks or unlocks) and operands and effects.is_fence_lock(operands[0], function, {}):
            if locks and start is None:
                start = call.node.end_byte
            end = call.node.start_byte if unlocks else end
    return None if start is None else (start, function.body.end_byte if end is None else end)
