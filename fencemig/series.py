# SPDX-License-Identifier: GPL-2.0-only
"""The plan of a patch series: order, subjects, texts, cover letter. Pure; the migration's words are data."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fencemig.model import Change, Patch, Series, Site, Subsystem, Verdict
from fencemig.split import by_subsystem

WIDTH = 75  # of subjects and texts: Documentation/process/submitting-patches.rst
_LONG_ERROR = 30  # an expression longer than that says less than the hunk does


@dataclass(frozen=True)
class RuleText:
    """What a rule gives to the texts of a patch in which it rewrote something.

    `subject` is an imperative phrase in which "{function}" stands for the API function; `did` a clause that
    a list of functions follows after a colon; `look` a sentence on what a reviewer should look at, or "".
    `file` is the name of the semantic patch.
    """

    subject: str
    did: str
    file: str
    look: str = ""


@dataclass(frozen=True)
class Texts:
    """The words of one migration. Paragraphs are separated by an empty line; lines are wrapped here.

    `rules` is in order of weight: the first that applies gives a patch its subject. `several` stands for
    "{function}" where a patch touches more than one, and `short` is a phrase for prefixes that leave no room
    for another.
    """

    cover_subject: str
    purpose: str
    semantics: str
    prerequisite: str
    why: str
    several: str
    short: str
    folder: str
    rules: Mapping[str, RuleText]


@dataclass(frozen=True)
class Origin:
    """Where a series comes from: what a reader needs to make it again. `kernel` is None when not known."""

    base: str  # full commit hash
    kernel: str | None
    command: str
    fencemig: str
    coccinelle: str


def plan(
    changes: Iterable[Change],
    sites: Sequence[Site],
    owners: Mapping[str, Subsystem],
    texts: Texts,
    origin: Origin,
) -> Series:
    """Plan one patch per subsystem, with a cover letter. `owners` names the subsystem of every path.

    No two subjects are alike, and none is longer than 75 characters unless the prefix leaves no room.
    """
    patches: list[Patch] = []
    taken: set[str] = set()
    for subsystem, shard in by_subsystem(changes, owners).items():
        own = [site for site in sites if owners[site.path] == subsystem]
        rewritten = [site for site in own if site.verdict in (Verdict.CONVERT, Verdict.REVIEW)]
        subject = _subject(subsystem, rewritten, texts, taken)
        taken.add(subject)
        body = _body(rewritten, texts, origin)
        patches.append(Patch(subsystem, subject, body, shard, notes=_notes(own)))
    cover = _cover(sites, owners, texts, origin)
    return Series(origin.base, texts.cover_subject, cover, tuple(patches))


def _subject(subsystem: Subsystem, rewritten: Sequence[Site], texts: Texts, taken: set[str]) -> str:
    """The first wording that fits and is still free: plain, with a function's name, at last with a number."""
    phrases: list[str] = []
    used = [name for name in texts.rules if any(site.rule == name for site in rewritten)]
    if used:
        function = _callees((site for site in rewritten if site.rule == used[0]), texts)
        phrases.append(texts.rules[used[0]].subject.replace("{function}", function))
    phrases += [f"{phrase} in {name}()" for phrase in phrases for name in _functions(rewritten)]
    phrases.append(texts.short)
    phrases += [f"{texts.short}, part {number}" for number in range(2, len(taken) + 3)]
    free = [subject for phrase in phrases if (subject := f"{subsystem.prefix} {phrase}") not in taken]
    return next((subject for subject in free if len(subject) <= WIDTH), min(free, key=len))


def _callees(sites: Iterable[Site], texts: Texts) -> str:
    """The API function that the sites call after the conversion, or the migration's word for several."""
    names = {site.after.partition("(")[0].strip() for site in sites if site.after and "(" in site.after}
    return f"{names.pop()}()" if len(names) == 1 else texts.several


def _functions(sites: Iterable[Site]) -> list[str]:
    return list(dict.fromkeys(site.function for site in sites if site.function))


def _body(rewritten: Sequence[Site], texts: Texts, origin: Origin) -> str:
    """Why; what in this driver, by rule; what to look at; which semantic patches."""
    parts = [_wrapped(texts.why)]
    rules = [name for name in texts.rules if any(site.rule == name for site in rewritten)]
    for name in rules:
        touched = [site for site in rewritten if site.rule == name and site.merged_into is None]
        if touched:
            places = ", ".join(dict.fromkeys(map(_place, touched)))
            parts.append(_wrapped(f"{texts.rules[name].did} ({name}):"))
            parts.append(_wrapped(places, indent="  "))
    looks = dict.fromkeys(texts.rules[name].look for name in rules if texts.rules[name].look)
    if looks:
        parts.append(_wrapped("For review: " + " ".join(looks)))
    files = list(dict.fromkeys(texts.rules[name].file for name in rules))
    if files:
        parts.append(_wrapped(f"Semantic patches, in {texts.folder} of fencemig:"))
        parts.append(_wrapped(", ".join(files), indent="  "))
    parts.append(f"Generated with fencemig {origin.fencemig} and Coccinelle {origin.coccinelle}")
    return "\n\n".join(parts)


def _place(site: Site) -> str:
    """The function that a site stands in, with the error that it passes unless that is none."""
    name = f"{site.function}()" if site.function else "code outside of a function"
    error = _last_argument(site.after or "")
    return name if error in ("", "0") or len(error) > _LONG_ERROR else f"{name} ({error})"


def _last_argument(call: str) -> str:
    """The last argument of the call that a text begins with; "" when there is none."""
    depth, start = 0, None
    for index, character in enumerate(call):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                return "" if start is None else call[start:index].strip()
        elif character == "," and depth == 1:
            start = index + 1
    return ""


def _notes(own: Sequence[Site]) -> str:
    """What stands below the "---": the sites that a person must look at, and those left to one."""
    review = [site for site in own if site.verdict is Verdict.REVIEW and site.merged_into is None]
    left = [site for site in own if site.verdict in (Verdict.MANUAL, Verdict.UNREACHED)]
    parts: list[str] = []
    if review:
        parts += ["Converted, but please look first:", *_by_reason(review)]
    if left:
        parts += ["Not converted, a person must decide:", *_by_reason(left)]
    return "\n\n".join(parts)


def _by_reason(sites: Iterable[Site]) -> list[str]:
    """The sites grouped by what is said of them: one reason, with all its places."""
    groups: dict[str, list[Site]] = {}
    for site in sites:
        groups.setdefault(site.reason or "no reason was given", []).append(site)
    return [
        _wrapped(reason) + "\n" + "\n".join(f"  {_position(site)}" for site in group)
        for reason, group in groups.items()
    ]


def _position(site: Site) -> str:
    place = f"{site.path}:{site.line}:"  # the colon lets checkpatch.pl see a file's name in a long line
    return f"{place} {site.function}(): {site.callee}" if site.function else f"{place} {site.callee}"


def _cover(sites: Sequence[Site], owners: Mapping[str, Subsystem], texts: Texts, origin: Origin) -> str:
    kernel = f"Linux {origin.kernel}, " if origin.kernel else ""
    totals = Counter(site.verdict for site in sites)
    left = [site for site in sites if site.verdict in (Verdict.MANUAL, Verdict.UNREACHED)]
    parts = [
        *map(_wrapped, (texts.purpose, texts.semantics, texts.prerequisite)),
        "Sites by subsystem and verdict:",
        _table(sites, owners),
    ]
    if totals[Verdict.REVIEW]:
        marked = f"Converted, but marked for review: {totals[Verdict.REVIEW]}."
        parts.append(_wrapped(f'{marked} The reasons stand below the "---" of each patch.'))
    if left:
        parts += ["Not converted, by reason:", *_by_reason(left)]
    parts += [
        _wrapped("Testing: none by fencemig. It neither compiled nor ran any of this series."),
        "To generate the series again:",
        f"  {origin.command}",
        _wrapped(
            f"Base: {kernel}{origin.base}. Generated with fencemig {origin.fencemig} and Coccinelle "
            f"{origin.coccinelle}."
        ),
    ]
    return "\n\n".join(parts)


def _table(sites: Iterable[Site], owners: Mapping[str, Subsystem]) -> str:
    """Counts by subsystem and verdict; verdicts that no site has get no column."""
    counts: dict[Subsystem, Counter[Verdict]] = {}
    for site in sites:
        counts.setdefault(owners[site.path], Counter())[site.verdict] += 1
    totals = sum(counts.values(), Counter[Verdict]())
    verdicts = [verdict for verdict in Verdict if totals[verdict]]
    prefixes = Counter(subsystem.prefix for subsystem in counts)

    def label(subsystem: Subsystem) -> str:
        name = subsystem.prefix.rstrip(":")
        return name if prefixes[subsystem.prefix] == 1 else f"{name} ({subsystem.section})"

    rows = [
        (label(subsystem), counts[subsystem])
        for subsystem in sorted(counts, key=lambda subsystem: (subsystem.prefix, subsystem.section))
    ]
    rows.append(("total", totals))
    width = max(len(name) for name, _ in rows)
    head = " " * width + "".join(f"  {verdict}" for verdict in verdicts)
    lines = [
        name.ljust(width) + "".join(f"  {count[verdict]:>{len(verdict)}}" for verdict in verdicts)
        for name, count in rows
    ]
    return "\n".join([head, *lines])


def _wrapped(text: str, indent: str = "") -> str:
    """Paragraphs wrapped at 75 columns; words, names of functions and files among them, are never cut."""
    return "\n\n".join(
        textwrap.fill(
            " ".join(paragraph.split()),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in text.strip().split("\n\n")
    )
