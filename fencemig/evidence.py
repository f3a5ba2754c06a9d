# SPDX-License-Identifier: GPL-2.0-only
"""What the verdict of a site rests on: for `explain`, and for readers of the ledger who do not have the tree."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from fencemig.carried import Stores
from fencemig.census import Use
from fencemig.classify import Examined
from fencemig.conditions import CONDITIONS
from fencemig.fences import Fence, driver_of
from fencemig.migration import Migration, Rule
from fencemig.model import Evidence, Site, Verdict
from fencemig.places import Found
from fencemig.replay import Match

_SHORT = 60  # lines of a function that is shown whole
_AROUND = 15  # lines before and after a site in a longer one, or outside of one
_LISTED = 10  # stores that are listed one by one
_SPEAKING = (Verdict.KEEP, Verdict.CORE)  # for themselves
_FOR_PEOPLE = (Verdict.MANUAL, Verdict.UNREACHED)  # no diff shows the code of these


def evidence_of(site: Site, migration: Migration, examined: Examined, stores: Stores) -> Evidence:
    """What the verdict of a site rests on. `stores` are those that the conversion leaves."""
    finder = _Finder(site, migration, examined, stores)
    found, missed = tuple(dict.fromkeys(finder.found())), tuple(dict.fromkeys(finder.missed()))
    if site.verdict not in _FOR_PEOPLE:
        return Evidence(found, missed)
    first, last = finder.around()
    lines = examined.source.text.split(b"\n")[first - 1 : last]
    return Evidence(found, missed, first, tuple(line.decode(errors="replace") for line in lines))


class Evidences(Mapping[str, Evidence]):
    """What the verdicts of all sites rest on, by id; found when asked for, because it is longer than the sites.

    `sites` gives those of a file.
    """

    def __init__(
        self,
        sites: Callable[[str], Sequence[Site]],
        migration: Migration,
        examined: Mapping[str, Examined],
        stores: Stores,
    ) -> None:
        self._sites = sites
        self._migration = migration
        self._examined = examined
        self._stores = stores

    def __getitem__(self, key: str) -> Evidence:
        path = key.rsplit(":", 2)[0]
        for site in self._sites(path):
            if site.id == key and site.verdict not in _SPEAKING:
                return evidence_of(site, self._migration, self._examined[path], self._stores)
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        sites = (site for path in self._examined for site in self._sites(path))
        return (site.id for site in sites if site.verdict not in _SPEAKING)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def proven(rule: Rule) -> Iterator[str]:
    """What is proven of the code that a rule matched before the match counts, as sentences."""
    if rule.threaded:
        yield "every way out of a store leads through the signal, and all of them mean the same fence"
    yield from (f"{name}: {_said(name)}" for name in rule.conditions)


def _said(condition: str) -> str:
    """The docstring of a condition, in the middle of a sentence."""
    words = " ".join((CONDITIONS[condition].__doc__ or condition).split()).rstrip(".")
    return words[0].lower() + words[1:]


class _Finder:
    """What was found for a site, and what was looked for in vain."""

    def __init__(self, site: Site, migration: Migration, examined: Examined, stores: Stores) -> None:
        self._site = site
        self._source = examined.source
        self._outcome = examined.outcome
        self._number = _number(site, self._source.uses)
        self._use = self._source.uses[self._number]
        self._rules = {rule.id: rule for rule in migration.rules}
        self._matches = [match for match in self._outcome.matches if self._number in match.all_sites]
        self._passes_nothing = any(self._rules[match.rule].carried for match in self._matches)
        self._stores = stores
        self._carriers = stores.carriers(self._source, self._use) if self._passes_nothing else Found()
        self._fences = stores.tracer.fences(self._source, self._use) if self._passes_nothing else frozenset[Fence]()

    def found(self) -> Iterator[str]:
        """What the verdict rests on."""
        for removed, kept in self._outcome.merged.items():
            if self._number in (removed, kept):
                store, signal = self._source.uses[removed], self._source.uses[kept]
                yield f"line {store.line}: {store.before}, an error for {signal.before} in line {signal.line}"
        for match in self._matches:
            yield from (f"{match.rule} holds: {words}" for words in proven(self._rules[match.rule]))
        if self._passes_nothing:
            yield f"the signal is about {_named(self._fences)}"
        for carrier in (self._stores.all[number] for number in islice(self._carriers, _LISTED)):
            yield f"{carrier} stores an error for {_named(carrier.fences)}"
        if len(self._carriers) > _LISTED:
            yield f"and {len(self._carriers) - _LISTED} more"
        refusal = self._outcome.refusals.get(self._number)
        if refusal is not None and refusal.reason and refusal.reason != self._site.reason:
            yield f"a rule matched, and was refused: {refusal.reason}"
        if self._site.verdict is Verdict.MANUAL and self._use.function is not None:
            for other in self._source.uses:
                if other.function == self._use.function and other.offset != self._use.offset and other.arguments:
                    yield f"line {other.line}, in the same function: {other.before}"

    def missed(self) -> Iterator[str]:
        """What would have led to another verdict."""
        for match in self._matches:
            yield from self._not_in(match)
        if self._passes_nothing:
            yield "a store in this function that merges into the signal"
            yield from self._other_stores()
        elif self._site.verdict is Verdict.MANUAL:
            yield "a rule that may rewrite this"

    def _not_in(self, match: Match) -> Iterator[str]:
        for name in self._rules[match.rule].pure:
            if name in match.values:
                yield f"a side effect in {match.values[name].replace(' -> ', '->')}"  # as spatch spaces it
        if match.merged:
            yield "a preprocessor line, a label or a case between the store and the signal"

    def _other_stores(self) -> Iterator[str]:
        """Why the other stores of the tree are not about this fence."""
        driver = driver_of(self._source.path)
        near = self._stores.others_near(self._source.path, self._carriers)
        for store in near[:_LISTED]:
            yield f"an error for this fence in {store}: that is about {_named(store.fences)}"
        if len(near) > _LISTED:
            yield f"and in {len(near) - _LISTED} more of {driver}, each about another fence"
        if not near:
            yield f"an error for this fence in {driver}: no{' other' * bool(self._carriers)} store is left there"
        away = len(self._stores.all) - len(self._carriers) - len(near)
        yield f"an error for this fence in other drivers: {away} left, none about it"

    def around(self) -> tuple[int, int]:
        """The first and the last line of the code that a person needs to see: its function, unless that is long."""
        definition = self._source.definition(self._use)
        count = self._source.text.rstrip(b"\n").count(b"\n") + 1
        first, last = max(1, self._use.line - _AROUND), min(count, self._use.line + _AROUND)
        if definition is None:
            return first, last
        begin, end = definition.start_point.row + 1, definition.end_point.row + 1
        return (begin, end) if end - begin < _SHORT else (max(begin, first), min(end, last))


def _number(site: Site, uses: Sequence[Use]) -> int:
    """The place of a site among the uses of its file, which are in source order."""
    first = bisect_left(uses, (site.line, site.column), key=lambda use: (use.line, use.column))
    return next(number for number in range(first, len(uses)) if uses[number].callee == site.callee)


def _named(fences: Iterable[Fence]) -> str:
    """Fences as people speak of them."""

    def one(fence: Fence) -> str:
        if fence.made:
            return "a fence made in that function"
        if not fence.member:
            return "a fence that nothing names"
        return f"'{fence.member}' of struct {fence.struct}" if fence.struct else f"'{fence.member}'"

    return " or ".join(sorted(map(one, fences)))
