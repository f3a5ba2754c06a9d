# SPDX-License-Identifier: GPL-2.0-only
"""What must hold for a match to count, beside what its semantic patch says.

A rule names its conditions in the manifest. Each looks at the file as it was and says what is in the way.
"""

from collections.abc import Callable

from fencemig import syntax
from fencemig.conditions import fence, gap, order, result, tested
from fencemig.conditions.refusals import SIDE_EFFECT
from fencemig.migration import Rule
from fencemig.model import Verdict
from fencemig.replay import Match
from fencemig.source import Source
from fencemig.transform import Refusal

Condition = Callable[[Source, Match], Refusal | None]

_ALWAYS: tuple[Condition, ...] = (gap.no_border, order.in_order)
CONDITIONS: dict[str, Condition] = {
    condition.__name__: condition
    for condition in (
        fence.same_fence,
        fence.typed_store,
        gap.alone,
        gap.straight_block,
        gap.straight_gap,
        order.always_called,
        order.calm_branch,
        order.unlocked_error,
        result.only_tested,
        tested.no_poll,
        tested.no_read,
        tested.operand_of_test,
    )
}


def judge(source: Source, rule: Rule, match: Match) -> Refusal | None:
    """Why a match does not count, or None when it does."""
    if rule.verdict is Verdict.MANUAL:
        return Refusal(rule.row, rule.reason, for_good=True)
    for name in rule.conditions:
        if (refusal := CONDITIONS[name](source, match)) is not None:
            return refusal
    for name in rule.pure:
        if name in match.values and (effect := syntax.side_effect(syntax.expression(match.values[name]))):
            return Refusal(SIDE_EFFECT, f"{syntax.shown(effect)} has a side effect, or may change between two reads")
    return next(filter(None, (condition(source, match) for condition in _ALWAYS)), None)
