# SPDX-License-Identifier: GPL-2.0-only
"""What the test around a store may be."""

from fencemig import syntax
from fencemig.conditions.refusals import GAP, NO_MATTER
from fencemig.replay import Match
from fencemig.source import Source
from fencemig.transform import Refusal


def operand_of_test(source: Source, match: Match) -> Refusal | None:
    """The test can stand before a `?` without parentheses of its own."""
    inner = syntax.expression(match.values["c"]).named_children
    loose = ("conditional_expression", "comma_expression", "assignment_expression")
    return NO_MATTER if not inner or inner[0].type in loose else None


def no_poll(source: Source, match: Match) -> Refusal | None:
    """The test does not ask the very fence whether it is signaled."""
    fence = syntax.unspaced(match.values["f"].encode())
    for call in syntax.calls(syntax.expression(match.values["c"])):
        if syntax.called(call) in source.symbols.readers:
            given = syntax.arguments(call)
            if given and syntax.plain(given[0]) == fence:
                return Refusal(GAP, f"the test {syntax.shown(call)} polls the fence: is the poll wanted?")
    return None


def no_read(source: Source, match: Match) -> Refusal | None:
    """The test between the store and the signal does not look at the error."""
    fence = source.target(source.uses[match.store])
    for part in syntax.walk(syntax.expression(match.values["c"])):
        owner, member = part.child_by_field_name("argument"), part.child_by_field_name("field")
        if owner is None or member is None or syntax.shown(member) not in (source.symbols.member, "flags"):
            continue
        if syntax.plain(owner) in (fence, fence.removeprefix("&")):
            return NO_MATTER
    return None
