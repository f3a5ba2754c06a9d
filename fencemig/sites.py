# SPDX-License-Identifier: GPL-2.0-only
"""The sites of an earlier ledger beside those of a newer tree: what became of each, and which are new."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fencemig.model import Site, Verdict


class Fate(StrEnum):
    """What became of a site."""

    CONVERTED = "converted"  # it passes its error; of a store, the signal that it went into does
    OPEN = "open"  # it is there as it was
    DIFFERS = "differs"  # it is there, with another text or to be converted to another
    GONE = "gone"


@dataclass(frozen=True)
class Compared:
    """The fate of every old site that is neither the core's nor kept, by id; and the sites that were not there."""

    fates: dict[str, Fate]
    new: tuple[Site, ...]


def compare(old: Iterable[Site], now: Sequence[Site], same_rules: bool) -> Compared:
    """Match sites function by function. Ids alone would not do: their ordinals move when a neighbour goes.

    With `same_rules` a site that is now converted to another text than before differs.
    """
    groups: dict[tuple[str, str | None], list[Site]] = {}
    for site in now:
        groups.setdefault((site.path, site.function), []).append(site)
    earlier: dict[tuple[str, str | None], list[Site]] = {}
    for site in old:
        if site.verdict is not Verdict.CORE:
            earlier.setdefault((site.path, site.function), []).append(site)
    fates: dict[str, Fate] = {}
    for key, sites in earlier.items():
        fates |= _matched(sites, groups.setdefault(key, []), same_rules)
    left = {site.id for group in groups.values() for site in group}
    return Compared(fates, tuple(site for site in now if site.id in left and _undone(site)))


def _matched(old: Sequence[Site], pool: list[Site], same_rules: bool) -> dict[str, Fate]:
    """The fates of one function's sites. What they match is taken out of the pool, the surest matches first."""

    def take(site: Site, fits: Callable[[Site, Site], bool]) -> Site | None:
        fitting = [other for other in pool if fits(site, other)]
        found = next((other for other in fitting if other.id == site.id), fitting[0] if fitting else None)
        if found is not None:
            pool.remove(found)
        return found

    for site in old:
        if site.verdict is Verdict.KEEP:
            take(site, _same_keep)
    waiting = [site for site in old if site.verdict is not Verdict.KEEP]
    fates: dict[str, Fate] = {}
    as_it_was = _same_plan if same_rules else _same_text
    for fits in (as_it_was, _converted, _same_text, _converted_otherwise, _same_callee):
        for site in waiting:
            found = take(site, fits)
            if found is not None:
                fates[site.id] = _fate(found, fits is as_it_was)
        waiting = [site for site in waiting if site.id not in fates]
    for site in waiting:
        merged = fates.get(site.merged_into or "") is Fate.CONVERTED
        fates[site.id] = Fate.CONVERTED if merged else Fate.GONE
    return fates


def _fate(found: Site, as_it_was: bool) -> Fate:
    """The fate of a site that was found again."""
    if found.verdict is Verdict.KEEP:
        return Fate.CONVERTED
    return Fate.OPEN if as_it_was else Fate.DIFFERS


def _undone(site: Site) -> bool:
    return site.verdict not in (Verdict.KEEP, Verdict.CORE)


def _same_keep(old: Site, now: Site) -> bool:
    return now.verdict is Verdict.KEEP and (old.callee, old.before) == (now.callee, now.before)


def _same_text(old: Site, now: Site) -> bool:
    return _undone(now) and (old.callee, old.before) == (now.callee, now.before)


def _same_plan(old: Site, now: Site) -> bool:
    alike = old.after == now.after and (old.merged_into is None) == (now.merged_into is None)
    return alike and _same_text(old, now)


def _converted(old: Site, now: Site) -> bool:
    """Whether the call is there with an error, be it another one than fencemig gave."""
    given = _without_error(old.after) if old.after else old.before.removesuffix(")")
    return _has_error(now) and old.merged_into is None and given == _without_error(now.before)


def _converted_otherwise(old: Site, now: Site) -> bool:
    """Whether the same function is called with an error, be it with other arguments."""
    callee = (old.after or old.before).partition("(")[0]
    return _has_error(now) and old.merged_into is None and callee == now.callee


def _same_callee(old: Site, now: Site) -> bool:
    return _undone(now) and old.callee == now.callee


def _has_error(now: Site) -> bool:
    """What is kept is a call that passes its error, or a mention: of that a ledger has the name alone."""
    return now.verdict is Verdict.KEEP and "(" in now.before


def _without_error(call: str) -> str:
    """The text of a call up to the comma before its last argument."""
    depth = 0
    for index in range(len(call) - 2, -1, -1):
        depth += (call[index] in ")]}") - (call[index] in "([{")
        if depth == 0 and call[index] == ",":
            return call[:index]
    return call
