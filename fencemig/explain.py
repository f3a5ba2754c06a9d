# SPDX-License-Identifier: GPL-2.0-only
"""Why a site got its verdict, and what a rule does: texts for people."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from fencemig.carried import Fence, Store, Tracer, driver_of
from fencemig.classify import Examined
from fencemig.conditions import CONDITIONS
from fencemig.errors import UserError
from fencemig.migration import Migration, Rule
from fencemig.model import Site, Verdict
from fencemig.replay import Match

_AROUND = 6  # lines of code before and after a site
_NEAREST = 3  # names that are offered for an unknown one
_SITE = re.compile(r"(?P<path>.+?):(?:(?P<line>\d+)(?::\d+)?|(?P<rest>[^:/]*:[^:/]+#\d+))", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """What a user named: the site with an id, or all sites of a line (1-based). `path` is as it was given."""

    path: str
    line: int | None
    rest: str | None  # function:callee#n


def place_of(name: str) -> Place | None:
    """The place that a name means: path:line, or a ledger's path:function:callee#n. None for a rule's name."""
    found = _SITE.fullmatch(name)
    return Place(found["path"], int(found["line"]) if found["line"] else None, found["rest"]) if found else None


def nearest(name: str, known: Iterable[str]) -> str:
    """What a user may have meant, most alike first."""
    return ", ".join(difflib.get_close_matches(name, sorted(set(known)), _NEAREST, cutoff=0.0))


def sites_at(place: Place, path: str, sites: Sequence[Site]) -> list[Site]:
    """The sites of the file `path` that are meant. Raises UserError, with the nearest, when none is."""
    sites = [site for site in sites if site.path == path]
    wanted = f"{path}:{place.rest}" if place.rest else f"{path}:{place.line}"
    found = [site for site in sites if place.line == site.line or site.id == wanted]
    if found:
        return found
    if not sites:
        raise UserError(f"{path} has no site")
    if place.line is None:
        raise UserError(f"there is no site {wanted}; the nearest: {nearest(wanted, (site.id for site in sites))}")
    lines = sorted({site.line for site in sites}, key=lambda line: (abs(line - (place.line or 0)), line))
    raise UserError(f"{wanted} is no site; the nearest: {', '.join(f'{path}:{line}' for line in lines[:_NEAREST])}")


def explain_rule(migration: Migration, name: str) -> Text:
    """A rule, or a row of the manual table. Raises UserError, with the nearest names, for an unknown one."""
    known = [*migration.filed, *(rule.id for rule in migration.rules)]
    if name not in known:
        raise UserError(f"there is no rule {name!r}; the nearest: {nearest(name, known)}")
    text = Text.assemble((name, "bold"), "\n")
    if name in migration.filed:
        text.append(migration.filed[name].rstrip(".") + ".\n")
    rules = [rule for rule in migration.rules if name.removesuffix("_carried") in (rule.id, rule.row)]
    for rule in rules:
        _append_rule(text, rule)
    if not rules:
        text.append("\nNo rule rewrites such a site: a person decides, and its reason says what.\n")
    return text


def _append_rule(text: Text, rule: Rule) -> None:
    lines = rule.file.read_text(encoding="utf-8").splitlines()
    header = next((number for number, line in enumerate(lines) if not line.startswith("//")), len(lines))
    words = [line.removeprefix("//").strip() for line in lines[:header] if "SPDX-License-Identifier" not in line]
    text.append(f"\n{rule.file.name}", "bold")
    text.append(f"  {rule.verdict}; generations: {', '.join(rule.generations)}\n", "dim")
    text.append("\n".join(word for word in words if word) + "\n")
    if rule.reason:
        text.append(f"For review or by hand, because: {rule.reason}.\n")
    _append_list(text, "Side conditions", _conditions(rule))
    _append_code(text, "Before", rule.before)
    _append_code(text, "After", rule.after)
    _append_code(text, "Semantic patch", "\n".join(lines[header:]).strip("\n"))


def _conditions(rule: Rule) -> Iterator[str]:
    yield from (f"{name} has no side effect: no call, no assignment, no ++" for name in rule.pure)
    yield from _proven(rule)
    if re.search(r"\b(?:store|other)=", rule.file.read_text(encoding="utf-8")):  # it merges
        yield "no preprocessor line, label or case stands between the store and the signal"


def _proven(rule: Rule) -> Iterator[str]:
    if rule.threaded:
        yield "every way out of a store leads through the signal, and all of them mean the same fence"
    yield from (f"{name}: {_said(name)}" for name in rule.conditions)


def _said(condition: str) -> str:
    """The docstring of a condition, in the middle of a sentence."""
    words = " ".join((CONDITIONS[condition].__doc__ or condition).split()).rstrip(".")
    return words[0].lower() + words[1:]


def explain_site(site: Site, migration: Migration, examined: Examined, stores: Sequence[Store], tracer: Tracer) -> Text:
    """One site: its verdict, the code, and what that rests on. `stores` are those that the conversion leaves."""
    text = Text.assemble((f"{site.path}:{site.line}:{site.column}", "bold"), f"  {site.id}\n")
    text.append(f"{site.verdict}", "bold cyan")
    text.append(f"  {site.rule or 'no rule'}")
    if site.rule in migration.filed:
        text.append(f": {migration.filed[site.rule].rstrip('.')}")
    text.append("\n")
    if site.reason:
        text.append(f"{site.reason}\n", "italic")
    _append_code(text, "Before", site.before)
    if site.after is not None:
        _append_code(text, "After", site.after)
    elif site.merged_into is not None:
        _append_code(text, "After", f"gone into {site.merged_into}")
    _append_source(text, examined.source.text, site.line)
    evidence = _Evidence(site, migration, examined, stores, tracer)
    _append_list(text, "Found", evidence.found())
    _append_list(text, "Looked for, and not found", evidence.missed())
    if site.rule is not None:
        text.append(f"\nMore: fencemig explain {site.rule}\n", "dim")
    return text


class _Evidence:
    """What was found for a site, and what was looked for in vain."""

    def __init__(
        self, site: Site, migration: Migration, examined: Examined, stores: Sequence[Store], tracer: Tracer
    ) -> None:
        self._site = site
        self._source = examined.source
        self._outcome = examined.outcome
        self._number = next(
            number for number, use in enumerate(self._source.uses) if use.id(self._source.path) == site.id
        )
        self._use = self._source.uses[self._number]
        self._rules = {rule.id: rule for rule in migration.rules}
        self._matches = [match for match in self._outcome.matches if self._number in match.all_sites]
        self._passes_nothing = any(match.rule in ("plain", "check_existing") for match in self._matches)
        self._stores = stores
        self._carriers = tracer.carriers(self._source, self._use, stores) if self._passes_nothing else []
        self._fences = tracer.fences(self._source, self._use)

    def found(self) -> Iterator[str]:
        """What the verdict rests on."""
        for removed, kept in self._outcome.merged.items():
            if self._number in (removed, kept):
                store, signal = self._source.uses[removed], self._source.uses[kept]
                yield f"line {store.line}: {store.before}, an error for {signal.before} in line {signal.line}"
        for match in self._matches:
            yield from (f"{match.rule} holds: {words}" for words in _proven(self._rules[match.rule]))
        if self._passes_nothing:
            yield f"the signal is about {_named(self._fences)}"
        yield from (f"{store} stores an error for {_named(store.fences)}" for store in self._carriers)
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
        others = [store for store in self._stores if store not in self._carriers]
        near = [store for store in others if driver_of(store.path) == driver]
        for store in near:
            yield f"an error for this fence in {store}: that is about {_named(store.fences)}"
        if not near:
            yield f"an error for this fence in {driver}: no{' other' * bool(self._carriers)} store is left there"
        yield f"an error for this fence in other drivers: {len(others) - len(near)} left, none about it"


def _named(fences: Iterable[Fence]) -> str:
    """Fences as people speak of them."""

    def one(fence: Fence) -> str:
        if fence.made:
            return "a fence made in that function"
        if not fence.member:
            return "a fence that nothing names"
        return f"'{fence.member}' of struct {fence.struct}" if fence.struct else f"'{fence.member}'"

    return " or ".join(sorted(map(one, fences)))


def _append_list(text: Text, title: str, lines: Iterable[str]) -> None:
    listed = list(dict.fromkeys(lines))
    if listed:
        text.append(f"\n{title}\n", "bold")
        text.append("".join(f"  - {line}\n" for line in listed))


def _append_code(text: Text, title: str, code: str) -> None:
    if code:
        text.append(f"\n{title}\n", "bold")
        text.append("".join(f"    {line}".rstrip() + "\n" for line in code.expandtabs(8).strip("\n").split("\n")))


def _append_source(text: Text, source: bytes, line: int) -> None:
    lines = source.removesuffix(b"\n").split(b"\n")
    text.append("\nCode\n", "bold")
    for number in range(max(1, line - _AROUND), min(len(lines), line + _AROUND) + 1):
        code = lines[number - 1].decode(errors="replace")
        shown = f"{'>' if number == line else ' '} {number:5}  {code.expandtabs(8)}".rstrip()
        text.append(shown + "\n", "bold cyan" if number == line else "")
