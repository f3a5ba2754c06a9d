# SPDX-License-Identifier: GPL-2.0-only
"""The cover letter."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fencemig.decisions import Choice
from fencemig.inert import one_line
from fencemig.model import Site, Subsystem, Verdict
from fencemig.series.body import generated_with
from fencemig.series.texts import Origin, Texts
from fencemig.series.wording import LEFT, WIDTH, grouped, is_accepted, reason, where, wrapped


@dataclass(frozen=True)
class Part:
    """What a cover letter is about: sites, the label (number, or folder) of each subsystem's and of the core patch.

    `blockers` are the files with calls that keep the transitional form of the API, `stores` those that keep the
    function that stores an error.
    """

    sites: Sequence[Site]
    owners: Mapping[str, Subsystem]
    labels: Mapping[Subsystem, str]
    blockers: Sequence[str] = ()
    stores: Sequence[str] = ()
    core_label: str = "1"


_MANY_FILES = 60  # that keep something alive: more are counted, not named
_STAYS = {Choice.HOLD.value: "Held", Choice.SKIP.value: "Skipped"}  # what a person keeps as it is, who says why
_MEANINGS = {
    Verdict.CONVERT: "rewritten, by a rule that preserves behaviour",
    Verdict.REVIEW: "rewritten, for a person to look at first",
    Verdict.MANUAL: "left to a person",
    Verdict.CORE: "in the files that define the API",
    Verdict.KEEP: "nothing to convert, such as comments and namesakes",
    Verdict.UNREACHED: "not analysed",
}


def cover_letter(part: Part, texts: Texts, origin: Origin, order: str) -> str:
    """The text of a cover letter. `order` tells what comes after what."""
    parts = [wrapped(text) for text in (texts.purpose, texts.semantics, order) if text]
    if part.sites:
        verdicts = {site.verdict for site in part.sites}
        meanings = "; ".join(f"{verdict}: {said}" for verdict, said in _MEANINGS.items() if verdict in verdicts)
        parts += [wrapped(f"The sites by patch, subsystem and verdict ({meanings}):"), _table(part)]
    review = [site for site in part.sites if site.verdict is Verdict.REVIEW]
    if undecided := [site for site in review if not is_accepted(site)]:
        parts.append(wrapped('Converted, but marked for review; where and why stands below the "---" of each patch:'))
        parts.append(_counted(undecided, texts))
    if accepted := [site for site in review if is_accepted(site)]:
        parts.append(wrapped('Converted, marked for review, and looked at; more stands below the "---" of each patch:'))
        parts.append(_counted(accepted, texts))
    if left := [site for site in part.sites if site.verdict in LEFT]:
        parts.append(wrapped('Not converted, for a person to decide; more stands below the "---" of each patch:'))
        for row, group in grouped(left, lambda site: _row(site, texts)).items():
            parts.append("\n".join([wrapped(f"{row}:"), *_by_file(group)]))
    if part.blockers:
        named = [f"  {one_line(place)}" for place in part.blockers[:_MANY_FILES]]
        more = len(part.blockers) - len(named)
        named += [f"  and {more} more files"] if more else []
        parts += [wrapped(texts.blocked), "\n".join(named)]
    if part.stores:
        places = [wrapped(_with_rows(place, part), indent="  ") for place in part.stores]
        parts += [wrapped(texts.kept), "\n".join(places)]
    kernel = f"Linux {origin.kernel}, " if origin.kernel else ""
    parts += [
        wrapped(origin.testing or "Testing: none by fencemig. It neither compiled nor ran any of this series."),
        wrapped(f"{generated_with(origin)}; the semantic patches are in {texts.folder}. To generate the series again:"),
        f"  {one_line(origin.command)}",
        wrapped(f"Base: {kernel}{origin.base}"),
    ]
    return "\n\n".join(parts)


def _counted(sites: Sequence[Site], texts: Texts) -> str:
    """How many sites there are of each row, most first."""
    groups = grouped(sites, lambda site: _row(site, texts))
    most_first = sorted(groups.items(), key=lambda row: -len(row[1]))
    return "\n".join(wrapped(row, indent=" " * 6, mark=f"{len(group):4}") for row, group in most_first)


def _row(site: Site, texts: Texts) -> str:
    """What is said of all sites that are filed like this one, or else of this one alone."""
    if site.decision in _STAYS:
        return f"{_STAYS[site.decision]} ({site.reason.removeprefix(f'{site.decision}: ')})"
    words = texts.rows.get(site.rule or "")
    return f"{words} ({site.rule})" if words else reason(site)


def _with_rows(place: str, part: Part) -> str:
    """A file with stores, and the rows above in which its sites stand."""
    path = place.partition(":")[0]
    rows = dict.fromkeys(site.rule for site in part.sites if site.path == path and site.verdict in LEFT and site.rule)
    return f"{place} ({', '.join(rows)})" if rows else place


def _by_file(sites: Iterable[Site]) -> list[str]:
    lines = []
    for path, group in grouped(sites, lambda site: site.path).items():
        lines += [f"  {one_line(path)}", *(f"    {site.line}: {where(site)}" for site in group)]
    return lines


def _table(part: Part) -> str:
    """Counts by patch, subsystem and verdict; verdicts that no site has get no column."""
    counts: dict[tuple[str, str], Counter[Verdict]] = {}
    owners = part.owners
    core = [site for site in part.sites if site.verdict is Verdict.CORE]
    rest = sorted(part.sites, key=lambda site: (owners[site.path].prefix, owners[site.path].section))
    for site in [*core, *(site for site in rest if site.verdict is not Verdict.CORE)]:
        label = part.core_label if site.verdict is Verdict.CORE else part.labels.get(owners[site.path], "-")
        counts.setdefault((label, owners[site.path].prefix.rstrip(":")), Counter())[site.verdict] += 1
    totals = sum(counts.values(), Counter[Verdict]())
    verdicts = [verdict for verdict in Verdict if totals[verdict]]
    rows = [*counts.items(), (("", "total"), totals)]
    margin = max(3, *(len(label) for (label, _), _ in rows))
    room = WIDTH - margin - 1 - sum(len(verdict) + 2 for verdict in verdicts)
    width = min(room, max(len(name) for (_, name), _ in rows))
    lines = [" " * (width + margin + 1) + "".join(f"  {verdict}" for verdict in verdicts)]
    for (label, name), count in rows:
        cut = name if len(name) <= width else f"{name[: width - 2]}.."
        cells = "".join(f"  {count[verdict] or '-':>{len(verdict)}}" for verdict in verdicts)
        lines.append(f"{label:>{margin}} {cut:{width}}{cells}")
    return "\n".join(lines)
