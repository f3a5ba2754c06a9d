# SPDX-License-Identifier: GPL-2.0-only
"""An output folder, read back → the review page as data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from fencemig.ledger import totals
from fencemig.model import Evidence, Site, Verdict
from fencemig.report.page.code import visible
from fencemig.report.page.diff import blocks
from fencemig.report.page.model import Card, Page, Run, Section, Sentence, SiteView, Table
from fencemig.report.page.places import Places, slug
from fencemig.report.page.placing import Subsystems, by_subsystem, changed_lines, placed, prefix_of
from fencemig.sent import Hunk, Sent, SentPatch

_REWRITTEN = (Verdict.CONVERT, Verdict.REVIEW)
_LEFT = (Verdict.MANUAL, Verdict.UNREACHED)
_QUIET = (Verdict.CORE, Verdict.KEEP)
_NOTHING = Evidence()


@dataclass(frozen=True)
class Material:
    """What a page is made of: an output folder and its name, all runs of the migration in their order, with their
    names; a sentence for each rule; and what is decided already, as decisions.for_page() has it."""

    name: str
    sent: Sent
    runs: Sequence[tuple[str, Sent]]
    words: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, object] = field(default_factory=dict)


def page_of(material: Material) -> Page:
    """The page of an output folder."""
    sent, ledger = material.sent, material.sent.ledger
    builder = _Builder(material)
    patches, todo = tuple(builder.patches()), tuple(builder.todo())
    heat = {name: totals(sites) for name, sites in by_subsystem(ledger.sites, builder.subsystems).items()}
    return Page(
        name=material.name,
        title=_title(sent),
        letter=sent.letters[0].message if len(sent.letters) == 1 else "",
        migration=ledger.migration,
        kernel=ledger.kernel or "",
        commit=ledger.commit or "",
        generation=ledger.generation,
        paths=_paths(sent),
        series=sent.series,
        version=sent.version,
        patches=patches,
        todo=todo,
        tables=tuple(builder.tables()),
        counts=totals(ledger.sites),
        heat=heat,
        rules=tuple(sorted({visible(site.rule) for site in ledger.sites if site.rule})),
        runs=tuple(_run(name, one, one is sent) for name, one in material.runs),
        decisions=material.decisions,
    )


def _title(sent: Sent) -> str:
    if len(sent.letters) == 1:
        return sent.letters[0].subject
    series = f" in {len(sent.series)} series" if sent.series else ""
    return f"{len(sent.patches)} patches{series}"


def _paths(sent: Sent) -> tuple[str, ...]:
    return tuple("the whole tree" if path == "." else path for path in sent.ledger.paths)


def _run(name: str, sent: Sent, shown: bool) -> Run:
    kernel = f"Linux {sent.ledger.kernel}" if sent.ledger.kernel else ""
    version = f"v{sent.version}" if sent.version > 1 else ""
    base = ", ".join(filter(None, (version, kernel, (sent.ledger.commit or "")[:12], " ".join(_paths(sent)))))
    return Run(name, base, totals(sent.ledger.sites), shown)


class _Builder:
    """Numbers sections and cards as it makes them."""

    def __init__(self, material: Material) -> None:
        self._sent, self._words = material.sent, material.words
        ledger = material.sent.ledger
        self.subsystems = Subsystems(material.sent)
        self._slugs = {site.id: slug(site.id, site.function) for site in ledger.sites}
        self._places = Places(ledger.kernel, {(site.path, site.line): self._slugs[site.id] for site in ledger.sites})
        self._sections, self._cards = count(1), count(1)
        self._changed: set[str] = set()  # files that patches before have changed

    def patches(self) -> Iterator[Section]:
        """A section for each patch; what is in no hunk, of a mail that is gone, comes last."""
        rewritten = [site for site in self._sent.ledger.sites if site.verdict in _REWRITTEN]
        hunks = placed(rewritten, self._sent.patches)
        for number, patch in enumerate(self._sent.patches):
            yield self._patch(number, patch, hunks)
        there = {site.id for sites in hunks.values() for site in sites}
        lost = [self._without_hunk(site) for site in rewritten if site.id not in there]
        if lost:
            yield self._section("", "Rewritten, in no patch of this folder", lost)

    def todo(self) -> Iterator[Section]:
        """A section for each subsystem with sites that are left to people."""
        left = [site for site in self._sent.ledger.sites if site.verdict in _LEFT]
        for name, sites in by_subsystem(left, self.subsystems).items():
            yield self._section(name, name, [self._without_hunk(site) for site in sites])

    def tables(self) -> Iterator[Table]:
        """What asks nothing of anybody."""
        for verdict in _QUIET:
            sites = [site for site in self._sent.ledger.sites if site.verdict is verdict]
            if sites:
                yield Table(verdict, tuple(self._view(site, None) for site in sites))

    def _patch(self, number: int, patch: SentPatch, hunks: Mapping[tuple[int, int, int], Sequence[Site]]) -> Section:
        cards = [
            self._hunk(file.path, hunk, hunks.get((number, at, which), ()))
            for at, file in enumerate(patch.files)
            for which, hunk in enumerate(file.hunks)
        ]
        self._changed |= {file.path for file in patch.files}
        section = self._section(visible(prefix_of(patch.subject)), patch.subject, _accompanied(cards))
        return Section(**{**vars(section), "file": patch.file, "message": patch.message, "people": patch.people})

    def _section(self, subsystem: str, title: str, cards: Sequence[Card]) -> Section:
        counts = totals(view.site for card in cards for view in card.sites)
        return Section(next(self._sections), subsystem, title, tuple(cards), counts)

    def _hunk(self, path: str, hunk: Hunk, sites: Iterable[Site]) -> Card:
        number = next(self._cards)
        views = tuple(self._view(site, number) for site in sites)
        changed = blocks(hunk)
        line = views[0].site.line if views else changed_lines(hunk)[0]
        functions = list(dict.fromkeys(f"{view.site.function}()" for view in views if view.site.function))
        heading = ", ".join(functions) or hunk.heading.decode(errors="backslashreplace")
        base = bool(views) or (hunk.old > 0 and path not in self._changed)  # else the line is none of the base
        url = self._places.url(path, line) if base else ""
        return Card(number, path, heading, line, url, views, changed, hunk.new - hunk.old)

    def _without_hunk(self, site: Site) -> Card:
        number = next(self._cards)
        evidence = self._sent.ledger.evidence.get(site.id, _NOTHING)
        url, heading = self._places.url(site.path, site.line), f"{site.function}()" if site.function else ""
        return Card(number, site.path, heading, site.line, url, (self._view(site, number),), evidence=evidence)

    def _view(self, site: Site, card: int | None) -> SiteView:
        known = self._sent.ledger.evidence
        evidence = known.get(site.id, _NOTHING)
        if evidence == known.get(site.merged_into or ""):
            evidence = _NOTHING  # it is told at the signal

        def linked(texts: Iterable[str]) -> tuple[Sentence, ...]:
            return tuple(self._places.linked(text, site.path) for text in texts)

        return SiteView(
            site=site,
            slug=self._slugs[site.id],
            card=card,
            subsystem=self.subsystems.of(site.path),
            words=self._words.get(site.rule or "", "") if site.verdict in _REWRITTEN and not site.merged_into else "",
            url=self._places.url(site.path, site.line),
            open=site.merged_into is None and site.verdict in (*_REWRITTEN, Verdict.MANUAL),
            merged=self._slugs.get(site.merged_into or "", ""),
            reason=self._places.linked(site.reason, site.path),
            found=linked(evidence.found),
            missed=linked(evidence.missed),
        )


def _accompanied(cards: Sequence[Card]) -> list[Card]:
    """The hunks of a patch, each without a site with the nearest one of its file that has some."""

    def companion(card: Card) -> int:
        others = [other for other in cards if other.sites and other.path == card.path]
        return min(others, key=lambda other: abs(other.number - card.number)).number if others else 0

    return [card if card.sites else replace(card, companion=companion(card)) for card in cards]
