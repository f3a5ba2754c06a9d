# SPDX-License-Identifier: GPL-2.0-only
"""In what order, and whether at all, the parts of the new call are evaluated."""

import re

from fencemig import syntax
from fencemig.conditions.expressions import JUMPS, around_in_statement, is_stable, touch
from fencemig.conditions.refusals import GAP, NO_MATTER, SIDE_EFFECT
from fencemig.replay import Match
from fencemig.source import Source
from fencemig.transform import Refusal

_HARMLESS = re.compile(r"ktime_\w+|\w+_to_ktime|likely|unlikely")  # in whatever order they are called


def in_order(source: Source, match: Match) -> Refusal | None:
    """What is now evaluated together with the signal's other operands does not depend on what those do."""
    for removed, kept in match.merged.items():
        store, signal = source.uses[removed], source.uses[kept]
        moved = [source.node(store.arguments[1])] if len(store.arguments) > 1 else []
        moved += [syntax.expression(match.values[name]) for name in ("c", "p") if name in match.values]
        unstable = next((one for one in moved if not is_stable(source, store, one)), None)
        if unstable is None:
            continue
        node = source.node_of(signal)
        around = [node, *around_in_statement(node)]
        for part in syntax.walk(around[-1]):
            effect = part.type in (syntax.CALL, "assignment_expression", "update_expression")
            if not effect or part in around or part.start_byte >= signal.end:
                continue
            if not _HARMLESS.fullmatch(syntax.called(part)):
                what = f"'{syntax.shown(part)}' may come before '{syntax.shown(unstable)}' is evaluated"
                return Refusal(SIDE_EFFECT, what)
    return None


def always_called(source: Source, match: Match) -> Refusal | None:
    """The check is made whatever else its statement does."""
    node = source.node_of(source.uses[match.signal])
    for around in around_in_statement(node):
        operator = around.child_by_field_name("operator")
        sometimes = (
            around.type == "binary_expression"
            and operator is not None
            and operator.type in ("&&", "||")
            and around.child_by_field_name("left") != node
        ) or (around.type == "conditional_expression" and around.child_by_field_name("condition") != node)
        if sometimes:
            return Refusal(GAP, f"the signal is only made in a part of '{syntax.shown(around)}'")
        node = around
    return None


def unlocked_error(source: Source, match: Match) -> Refusal | None:
    """The error means the same outside of the lock: a constant, or a local."""
    signal = source.uses[match.signal]
    return None if is_stable(source, signal, syntax.expression(match.values["e"])) else NO_MATTER


def calm_branch(source: Source, match: Match) -> Refusal | None:
    """What is done about a fence that is signaled already neither touches the fence nor the error."""
    signal = source.uses[match.signal]
    branch = syntax.statement(source.node_of(signal))
    branch = None if branch is None else branch.prev_named_sibling
    while branch is not None and branch.type != "if_statement":
        branch = branch.prev_named_sibling
    then = None if branch is None else branch.child_by_field_name("consequence")
    if then is None:
        return NO_MATTER
    if any(part.type in JUMPS for part in syntax.walk(then)) or touch(then, match.values["f"]):
        return NO_MATTER
    error = syntax.expression(match.values["e"])
    if any(syntax.calls(then)) and not is_stable(source, signal, error):
        return NO_MATTER
    return NO_MATTER if touch(then, match.values["e"]) == "changes" else None
