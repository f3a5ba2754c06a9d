# SPDX-License-Identifier: GPL-2.0-only
"""Whether the store and the signal are about one fence, and what else that fence goes by."""

import re

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Belongs, Use
from fencemig.conditions.refusals import GAP, NO_MATTER
from fencemig.replay import Match
from fencemig.source import Source
from fencemig.transform import Refusal


def typed_store(source: Source, match: Match) -> Refusal | None:
    """The headers in sight say that the store is to a fence."""
    store = source.uses[match.store]
    if store.belongs is Belongs.YES:
        return None
    return Refusal(GAP, f"no header in sight says of what type the target of '{store.before}' is")


def same_fence(source: Source, match: Match) -> Refusal | None:
    """Where the fence has two names, one is a local that was set to the other, and nothing was changed since."""
    if "g" not in match.values:
        return None
    store, signal = source.uses[match.store], source.uses[match.signal]
    one, other = source.target(store), source.target(signal)
    definition = source.definition(signal)
    if definition is None:
        return NO_MATTER
    for local, meant in ((one, other), (other, one)):
        settings = [(place, value) for name, place, value in syntax.assigned_names(definition) if name == local]
        if len(settings) != 1 or settings[0][1] is None or syntax.plain(settings[0][1]) != meant:
            continue
        place = settings[0][0]
        words = set(re.findall(r"\w+", meant))
        changed = any(
            name in words and place.start_byte < change.start_byte < signal.start
            for name, change, _ in syntax.assigned_names(definition)
        )
        changed = changed or _may_repoint(source, definition, meant, (place.end_byte, signal.start))
        if place.start_byte < store.start and not changed and _same_round(place, source.node_of(store)):
            return None
    return NO_MATTER


def _may_repoint(source: Source, definition: Node, fence: str, span: tuple[int, int]) -> bool:
    """Whether a call in a span is handed what holds a pointer that leads to the fence, and may change it."""
    whole, loads = fence.lstrip("&*("), 2 if fence.startswith("&") else 1
    for call in syntax.calls(definition):
        if not span[0] <= call.start_byte < span[1] or syntax.called(call) in source.symbols.functions:
            continue
        for given in syntax.arguments(call):
            holder = syntax.plain(given).lstrip("&*(")
            if syntax.holds(given, fence) and whole[len(holder) :].count("->") >= loads:
                return True
    return False


def _same_round(earlier: Node, later: Node) -> bool:
    """Whether the later statement runs once for the earlier one: no loop is entered in between."""
    home = syntax.enclosing(earlier, "compound_statement")
    for around in syntax.ancestors(later):
        if around == home:
            return True
        if around.type == "compound_statement" and (
            around.parent is None or around.parent.type not in ("if_statement", "else_clause", syntax.FUNCTION)
        ):
            return False
    return False


def names_of(source: Source, use: Use) -> list[str]:
    """The fence of a use, and all that it goes by in its function: locals that it is set to, or that are set to it."""
    names = {source.target(use)}
    definition = source.definition(use)
    settings = [] if definition is None else list(syntax.assigned_names(definition))
    for _ in settings:
        known = len(names)
        for name, _, value in settings:
            meant = "" if value is None else syntax.plain(value)
            if name in names and re.match(r"[&*(\w]", meant) and meant != "NULL":
                names.add(meant)
            elif meant in names:
                names.add(name)
        if len(names) == known:
            break
    return sorted(names)
