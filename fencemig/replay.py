# SPDX-License-Identifier: GPL-2.0-only
"""What the semantic patches print while they run → which site each rule matched.

spatch applies the rules one after the other, and every rule reports the calls that it matched, at their
positions in the text of that moment. A function that an earlier rule rewrote has new line numbers, so sites
are followed by their order in their function: rules delete calls and rewrite them, but never swap two. The
probe runs before the first rule and after each that matched, and tells the positions of that stage.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

PREFIX = b"@fencemig "
PROBE = "probe"
_MERGED = ("store", "other")  # the roles of calls that a rule deletes
_INTO = "signal"


class LostTrackError(Exception):
    """What spatch reported does not fit together: the file is to be left as it was."""


class Place(NamedTuple):
    """A position as spatch sees it: its function, the line from 1, the column in bytes from 0."""

    function: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matched: its id, its own verdict and reason if any, metavariables, and the sites by role."""

    rule: str
    verdict: str | None
    reason: str | None
    values: dict[str, str]
    sites: dict[str, tuple[int, ...]]

    @property
    def all_sites(self) -> tuple[int, ...]:
        return tuple(site for sites in self.sites.values() for site in sites)

    @property
    def store(self) -> int:
        """The first store."""
        return self.sites["store"][0]

    @property
    def signal(self) -> int:
        """The signal, the first if there are several."""
        return self.sites[_INTO][0]

    @property
    def deleted(self) -> tuple[int, ...]:
        """The sites that the rule deletes."""
        return tuple(site for role in _MERGED for site in self.sites.get(role, ()))

    @property
    def merged(self) -> dict[int, int]:
        """Each site that the rule deletes, with the one that it goes into."""
        return {site: into for into in self.sites.get(_INTO, ())[:1] for site in self.deleted}


@dataclass(frozen=True)
class Replayed:
    """All matches of one run, in their order; the sites that the probe saw, and those that went away."""

    matches: list[Match] = field(default_factory=list)
    reached: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Report:
    rule: str
    verdict: str | None
    reason: str | None
    values: dict[str, str]
    places: dict[str, list[Place]]


def replay(output: bytes, sites: dict[tuple[int, int], int]) -> Replayed:
    """Follow the sites through one run of spatch.

    `sites` gives the site at each line (from 1) and column (in bytes, from 1) before the run. Raises
    LostTrackError when the reports do not fit together.
    """
    result = Replayed()
    order: dict[str, list[int | None]] = {}  # None: a call that is no site of ours
    at: dict[Place, int | None] = {}
    for rule, reports in groupby(_reports(output), key=lambda report: report.rule):
        if rule.startswith(PROBE):
            probed = sorted({place for report in reports for place in _all(report)})
            if not order:
                at = {place: sites.get((place.line, place.column + 1)) for place in probed}
                result.reached.update(site for site in at.values() if site is not None)
            else:
                at = _renewed(order, probed)
            order = {
                function: [at[place] for place in places]
                for function, places in groupby(probed, key=lambda place: place.function)
            }
            continue
        for report in reports:
            match = Match(report.rule, report.verdict, report.reason, report.values, _resolved(report, at))
            if match not in result.matches:  # spatch reports a match once for each way to reach it
                result.matches.append(match)
                result.deleted.update(match.deleted)
                for function in order:
                    order[function] = [site for site in order[function] if site not in match.deleted]
    return result


def _renewed(order: dict[str, list[int | None]], probed: list[Place]) -> dict[Place, int | None]:
    found: dict[Place, int | None] = {}
    for function, group in groupby(probed, key=lambda place: place.function):
        places = list(group)
        known = order.get(function, [])
        if len(places) != len(known):
            raise LostTrackError(f"spatch sees {len(places)} calls in {function}(), not {len(known)}")
        found.update(zip(places, known, strict=True))
    unseen = [function for function in order if order[function] and function not in {p.function for p in found}]
    if unseen:
        raise LostTrackError(f"spatch no longer sees the calls in {unseen[0]}()")
    return found


def _resolved(report: _Report, at: dict[Place, int | None]) -> dict[str, tuple[int, ...]]:
    sites: dict[str, tuple[int, ...]] = {}
    matched = f"rule {report.rule} matched a call that"
    for role, places in report.places.items():
        if not at.keys() >= set(places):
            raise LostTrackError(f"{matched} the probe did not report: is its name in the probe's braces?")
        numbers = {at[place] for place in places}
        if None in numbers:
            raise LostTrackError(f"{matched} the census does not know: is its name in [functions]?")
        sites[role] = tuple(sorted(number for number in numbers if number is not None))
    return sites


def _all(report: _Report) -> Iterator[Place]:
    for places in report.places.values():
        yield from places


def _reports(output: bytes) -> Iterator[_Report]:
    for line in output.splitlines():
        if line.startswith(PREFIX):
            try:
                said = json.loads(line[len(PREFIX) :])
                places = {
                    role: [Place(function, int(line), int(column)) for function, line, column in found]
                    for role, found in said["places"].items()
                }
                yield _Report(said["rule"], said["verdict"], said["reason"], said["values"], places)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise LostTrackError("what spatch printed is garbled") from error
