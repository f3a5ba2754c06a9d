# SPDX-License-Identifier: GPL-2.0-only
"""The plan of a patch series: order, subjects, texts, cover letter. Pure; the migration's words are data."""

import posixpath
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fencemig.model import Change, Patch, Series, Site, Subsystem, Verdict
from fencemig.split import by_subsystem

WIDTH = 75  # of subjects and texts: Documentation/process/submitting-patches.rst
_NOTES_WIDTH = WIDTH - 4  # git indents notes
_LONG_ERROR = 30  # an expression longer than that says less than the hunk does
_SHORT_SMPL = 40  # lines of semantic patches that a body quotes instead of naming their files
_MANY_REASONS = 3  # of one rule, beyond which the words for all of them say as much
_REWRITTEN = (Verdict.CONVERT, Verdict.REVIEW)
_LEFT = (Verdict.MANUAL, Verdict.UNREACHED)


@dataclass(frozen=True)
class RuleText:
    """What a rule gives to the texts of a patch in which it rewrote something.

    `subject` is an imperative phrase in which "{function}" stands for the API function; `did` another, which
    a list of functions follows after a colon. `file` is the name of the semantic patch, `smpl` its text, or "".
    """

    subject: str
    did: str
    file: str
    smpl: str = ""


@dataclass(frozen=True)
class Texts:
    """The words of one migration. Paragraphs are separated by an empty line; lines are wrapped here.

    `rules` is in order of weight: the first that applies gives a patch its subject. `several` stands for
    "{function}" where a patch touches more than one, and `short` is a phrase for prefixes that leave no room
    for another. `rows` has a sentence for each rule, or row of the catalogue, that sites are left or marked under.
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
    rows: Mapping[str, str] = field(default_factory=dict)


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
        rewritten = [site for site in own if site.verdict in _REWRITTEN]
        subject = _subject(subsystem, rewritten, texts, taken)
        taken.add(subject)
        body = _body(rewritten, texts, origin)
        patches.append(Patch(subsystem, subject, body, shard, notes=_notes(own, texts)))
    numbers = {patch.subsystem: number for number, patch in enumerate(patches, 1)}
    cover = _cover(sites, owners, numbers, texts, origin)
    return Series(origin.base, texts.cover_subject, cover, tuple(patches))


def _subject(subsystem: Subsystem, rewritten: Sequence[Site], texts: Texts, taken: set[str]) -> str:
    """The first wording that fits and is still free: plain, with a function's name, at last with a number."""
    phrases: list[str] = []
    used = [texts.rules[name].subject for name in _used(rewritten, texts)]
    if used:
        alike = {name for name, text in texts.rules.items() if text.subject == used[0]}
        function = _callees((site for site in rewritten if site.rule in alike), texts)
        phrases += [used[0].replace("{function}", name) for name in dict.fromkeys((function, texts.several))]
    phrases += [f"{phrase} in {name}()" for phrase in phrases for name in _functions(rewritten)]
    phrases.append(texts.short)
    phrases += [f"{texts.short}, part {number}" for number in range(2, len(taken) + 3)]
    free = [subject for phrase in phrases if (subject := f"{subsystem.prefix} {phrase}") not in taken]
    return next((subject for subject in free if len(subject) <= WIDTH), min(free, key=len))


def _used(rewritten: Sequence[Site], texts: Texts) -> list[str]:
    """The rules that rewrote something, in order of weight."""
    return [name for name in texts.rules if any(site.rule == name for site in rewritten)]


def _callees(sites: Iterable[Site], texts: Texts) -> str:
    """The API function that the sites call after the conversion, or the migration's word for several."""
    names = {called[1] for site in sites if (called := re.search(r"(\w+)\s*\(", site.after or ""))}
    return f"{names.pop()}()" if len(names) == 1 else texts.several


def _functions(sites: Iterable[Site]) -> list[str]:
    return list(dict.fromkeys(site.function for site in sites if site.function))


def _body(rewritten: Sequence[Site], texts: Texts, origin: Origin) -> str:
    """Why; what in this driver, by rule; with which semantic patches."""
    parts = [_wrapped(texts.why)]
    used = _used(rewritten, texts)
    for name in used:
        touched = [site for site in rewritten if site.rule == name and site.merged_into is None]
        places = list(dict.fromkeys(map(_place, touched)))
        if places:
            parts.append(_wrapped(f"{texts.rules[name].did} ({name}):"))
            lines = places if any(": " in place for place in places) else [", ".join(places)]
            parts.append("\n".join(_wrapped(line, indent="  ") for line in lines))
    if used:
        parts += _semantic_patches([texts.rules[name] for name in used], texts.folder)
    parts.append(f"Generated with fencemig {origin.fencemig} and Coccinelle {origin.coccinelle}")
    return "\n\n".join(parts)


def _place(site: Site) -> str:
    """The function that a site stands in, with the error that it passes unless that is none."""
    name = f"{site.function}()" if site.function else "code outside of a function"
    error = _last_argument(site.after or "")
    return name if error in ("", "0") or len(error) > _LONG_ERROR else f"{name}: {error}"


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


def _semantic_patches(rules: Sequence[RuleText], folder: str) -> list[str]:
    """The semantic patches of a patch: whole when they are short, else where they are."""
    files = ", ".join(dict.fromkeys(rule.file for rule in rules))
    patches = "semantic patch" if len(rules) == 1 else "semantic patches"
    quoted = list(dict.fromkeys(quotable(rule.smpl) for rule in rules))
    if all(quoted) and sum(text.count("\n") + 1 for text in quoted) <= _SHORT_SMPL:
        head = _wrapped(f"The {patches} ({files} in {folder} of fencemig), without positions and scripts:")
        return [head, *(textwrap.indent(text, "  ") for text in quoted)]
    return [_wrapped(f"The {patches}, in {folder} of fencemig:"), _wrapped(files, indent="  ")]


def quotable(smpl: str) -> str:
    """Semantic patches without header, positions and script parts, in short lines; "" when that is not possible."""
    parts = re.split(r"^(?=@[^@\n]+@$)", smpl, flags=re.MULTILINE)
    rules = [_positions_removed(part.strip()) for part in parts if re.match(r"@(?!script|initialize|finalize)", part)]
    lines = "\n\n".join(rules).splitlines()
    if any(len(line) > WIDTH - 2 and line[0] in "+-" for line in lines):
        return ""
    fill = textwrap.TextWrapper(
        WIDTH - 2, subsequent_indent=" " * 8, expand_tabs=False, break_long_words=False, break_on_hyphens=False
    ).fill
    return "\n".join(fill(line) if len(line) > WIDTH - 2 else line for line in lines)


def _positions_removed(rule: str) -> str:
    """They serve the scripts alone."""
    declared = re.compile(r"^position ([\w, ]+);\n", re.MULTILINE)
    names = "|".join(name.strip() for names in declared.findall(rule) for name in names.split(","))
    return re.sub(rf"(?<=\w)@(?:{names})\b", "", declared.sub("", rule)) if names else rule


def _notes(own: Sequence[Site], texts: Texts) -> str:
    """What stands below the "---": the sites that a person must look at, and those left to one."""
    review = [site for site in own if site.verdict is Verdict.REVIEW and site.merged_into is None]
    left = [site for site in own if site.verdict in _LEFT]
    short = _short_names({site.path for site in own})
    parts: list[str] = []
    if review:
        parts += ["Converted, but please look first:", *_with_reasons(review, texts, short)]
    if left:
        parts += ["Not converted, for a person to decide:", *_with_reasons(left, texts, short)]
    return "\n\n".join(parts)


def _short_names(paths: Iterable[str]) -> Callable[[str], str]:
    """A function that names files of a patch in a text by their last part, where that is no other's."""
    known = set(paths)
    bases = Counter(map(posixpath.basename, known))

    def shortened(text: str) -> str:
        name = re.compile(r"[\w.+-]+(?:/[\w.+-]+)+")
        return name.sub(lambda found: posixpath.basename(found[0]) if found[0] in unique else found[0], text)

    unique = {path for path in known if bases[posixpath.basename(path)] == 1}
    return shortened


def _with_reasons(sites: Sequence[Site], texts: Texts, short: Callable[[str], str]) -> list[str]:
    """The sites by reason: in its own words, or, where a rule has many, in the words for all of them."""
    of_rule: dict[str | None, set[str]] = {}
    for site in sites:
        of_rule.setdefault(site.rule, set()).add(short(_reason(site)))

    def said(site: Site) -> str:
        many = len(of_rule[site.rule]) > _MANY_REASONS
        return texts.rows.get(site.rule or "", short(_reason(site))) if many else short(_reason(site))

    return [
        "\n".join(
            [
                *(f"  {short(site.path)}:{site.line}: {_where(site)}" for site in alike),
                _wrapped(reason, indent="    ", width=_NOTES_WIDTH),
            ]
        )
        for reason, alike in _grouped(sites, said).items()
    ]


def _reason(site: Site) -> str:
    """Why a site needs a person; the function that it stands in is named beside it."""
    reason = site.reason or "no reason was given"
    return (
        reason.replace(f"{site.function}()", "the function", 1) if reason.startswith(f"{site.function}()") else reason
    )


def _where(site: Site) -> str:
    return f"{site.function}()" if site.function else site.callee


def _grouped(sites: Iterable[Site], key: Callable[[Site], str]) -> dict[str, list[Site]]:
    groups: dict[str, list[Site]] = {}
    for site in sites:
        groups.setdefault(key(site), []).append(site)
    return groups


def _cover(
    sites: Sequence[Site],
    owners: Mapping[str, Subsystem],
    numbers: Mapping[Subsystem, int],
    texts: Texts,
    origin: Origin,
) -> str:
    kernel = f"Linux {origin.kernel}, " if origin.kernel else ""
    parts = [
        *map(_wrapped, (texts.purpose, texts.semantics, texts.prerequisite)),
        "Sites by subsystem and verdict, with the number of the patch:",
        _table(sites, owners, numbers),
    ]
    if review := [site for site in sites if site.verdict is Verdict.REVIEW]:
        parts.append(_wrapped('Converted, but marked for review; where and why stands below the "---" of each patch:'))
        groups = _grouped(review, lambda site: _row(site, texts))
        parts.append("\n".join(_wrapped(f"{row}: {len(group)}", indent="  ") for row, group in groups.items()))
    if left := [site for site in sites if site.verdict in _LEFT]:
        parts.append(_wrapped('Not converted, for a person to decide; more stands below the "---" of each patch:'))
        for row, group in _grouped(left, lambda site: _row(site, texts)).items():
            parts.append("\n".join([_wrapped(f"{row}:"), *_by_file(group)]))
    parts += [
        _wrapped("Testing: none by fencemig. It neither compiled nor ran any of this series."),
        _wrapped(
            f"Generated with fencemig {origin.fencemig} and Coccinelle {origin.coccinelle}; the semantic patches are "
            f"in {texts.folder} of fencemig. To generate the series again:"
        ),
        f"  {origin.command}",
        _wrapped(f"Base: {kernel}{origin.base}"),
    ]
    return "\n\n".join(parts)


def _row(site: Site, texts: Texts) -> str:
    """What is said of all sites that are filed like this one, or else of this one alone."""
    words = texts.rows.get(site.rule or "")
    return f"{words} ({site.rule})" if words else _reason(site)


def _by_file(sites: Iterable[Site]) -> list[str]:
    lines = []
    for path, group in _grouped(sites, lambda site: site.path).items():
        lines += [f"  {path}", *(f"    {site.line}: {_where(site)}" for site in group)]
    return lines


def _table(sites: Iterable[Site], owners: Mapping[str, Subsystem], numbers: Mapping[Subsystem, int]) -> str:
    """Counts by patch, subsystem and verdict; verdicts that no site has get no column."""
    counts: dict[tuple[str, str], Counter[Verdict]] = {}
    for site in sorted(sites, key=lambda site: (owners[site.path].prefix, owners[site.path].section)):
        subsystem = owners[site.path]
        row = str(numbers.get(subsystem, "-")), subsystem.prefix.rstrip(":")
        counts.setdefault(row, Counter())[site.verdict] += 1
    totals = sum(counts.values(), Counter[Verdict]())
    verdicts = [verdict for verdict in Verdict if totals[verdict]]
    room = WIDTH - 4 - sum(len(verdict) + 2 for verdict in verdicts)
    rows = [*counts.items(), (("", "total"), totals)]
    width = min(room, max(len(name) for (_, name), _ in rows))
    lines = [" " * (width + 4) + "".join(f"  {verdict}" for verdict in verdicts)]
    for (number, name), count in rows:
        cut = name if len(name) <= width else f"{name[: width - 2]}.."
        cells = "".join(f"  {count[verdict] or '-':>{len(verdict)}}" for verdict in verdicts)
        lines.append(f"{number:>3} {cut:{width}}{cells}")
    return "\n".join(lines)


def _wrapped(text: str, indent: str = "", width: int = WIDTH) -> str:
    """Paragraphs wrapped at 75 columns; words, names of functions and files among them, are never cut."""
    return "\n\n".join(
        textwrap.fill(
            " ".join(paragraph.split()),
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in text.strip().split("\n\n")
    )
