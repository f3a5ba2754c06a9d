# SPDX-License-Identifier: GPL-2.0-only
"""Why a site got its verdict, and what a rule does: texts for people."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rich.text import Text

from fencemig.carried import Stores
from fencemig.classify import Examined
from fencemig.errors import UserError
from fencemig.evidence import evidence_of, proven
from fencemig.migration import Migration, Rule
from fencemig.model import Site, Verdict

_AROUND = 6  # lines of code before and after a site
_NEAREST = 3  # names that are offered for an unknown one
_LISTED = 20  # lines with sites that are offered for a file
_CARRIED = (
    "Carried: an error may have been stored for the object elsewhere, and it carries that error until here. The rule "
    "passes 0, which keeps it; whether to pass it here instead is for a person to decide.\n"
)
_HEADER = re.compile(r"(?://.*\n)*")
_SITE = re.compile(r"(?P<path>.+?):(?:(?P<line>\d+)(?::\d+)?|(?P<rest>[^:/]*:[^:/]+#\d+))", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """What a user named: the site with an id, all sites of a line (1-based), or a file, which is not enough.

    `path` is as it was given.
    """

    path: str
    line: int | None
    rest: str | None  # function:callee#n


def place_of(name: str) -> Place | None:
    """The place that a name means: path:line, a ledger's path:function:callee#n, a file. None for a rule's name."""
    found = _SITE.fullmatch(name)
    if found is None:
        return Place(name, None, None) if name.endswith((".c", ".h")) else None
    return Place(found["path"], int(found["line"]) if found["line"] else None, found["rest"])


def nearest(name: str, known: Iterable[str]) -> str:
    """What a user may have meant, most alike first."""
    return ", ".join(difflib.get_close_matches(name, sorted(set(known)), _NEAREST, cutoff=0.0))


def sites_at(place: Place, path: str, sites: Collection[Site]) -> list[Site]:
    """The sites of the file `path` that are meant. Raises UserError, with what there is, when none is."""
    sites = [site for site in sites if site.path == path]
    wanted = f"{path}:{place.rest}" if place.rest else f"{path}:{place.line}"
    found = [site for site in sites if place.line == site.line or site.id == wanted]
    if found:
        return found
    if not sites:
        raise UserError(f"{path} has no site")
    if place.line is None and place.rest is None:
        places = [f"{path}:{line}" for line in sorted({site.line for site in sites})]
        more = f" and {len(places) - _LISTED} more" if len(places) > _LISTED else ""
        raise UserError(f"{path} is a file: name one of its sites: {', '.join(places[:_LISTED])}{more}")
    if place.line is None:
        raise UserError(f"there is no site {wanted}; the nearest: {nearest(wanted, (site.id for site in sites))}")
    lines = sorted({site.line for site in sites}, key=lambda line: (abs(line - (place.line or 0)), line))
    raise UserError(f"{wanted} is no site; the nearest: {', '.join(f'{path}:{line}' for line in lines[:_NEAREST])}")


def explain_rule(migration: Migration, name: str) -> Text:
    """A rule, or a row of the manual table. Raises UserError, with the nearest names, for an unknown one."""
    known = [*migration.filed, *(rule.id for rule in migration.rules)]
    if "/" in name:
        raise UserError(f"{name!r} is neither a rule nor a site: a site is PATH:LINE")
    if name not in known:
        raise UserError(f"there is no rule {name!r}; the nearest: {nearest(name, known)}")
    text = Text.assemble((name, "bold"), "\n")
    if name in migration.filed:
        text.append(migration.filed[name].rstrip(".") + ".\n")
    rules = [rule for rule in migration.rules if name in (rule.id, rule.row, rule.carried)]
    for rule in rules:
        _append_rule(text, rule, name)
    if not rules:
        text.append("\nNo rule rewrites such a site: a person decides, and its reason says what.\n")
    return text


def _append_rule(text: Text, rule: Rule, name: str) -> None:
    """What a rule does for the sites that are filed under `name`."""
    verdict: str = rule.verdict
    if name == rule.carried:
        verdict = Verdict.REVIEW if name != rule.id else f"{verdict}, or {Verdict.REVIEW} where an error is carried"
    text.append(f"\n{rule.file.name}", "bold")
    text.append(f"  {verdict}; generations: {', '.join(rule.generations)}\n")
    text.append(header(rule) + "\n")
    if name == rule.carried:
        text.append(_CARRIED)
    if rule.reason:
        text.append(f"For review or by hand, because: {rule.reason}.\n")
    _append_list(text, "Side conditions", side_conditions(rule))
    _append_code(text, "Before", rule.before)
    _append_code(text, "After", rule.after)
    _append_code(text, "Semantic patch", _HEADER.sub("", rule.file.read_text(encoding="utf-8"), count=1).strip("\n"))


def header(rule: Rule) -> str:
    """The header of a semantic patch as one paragraph: in plain words, what it changes and why."""
    found = _HEADER.match(rule.file.read_text(encoding="utf-8"))
    lines = [line.removeprefix("//").strip() for line in (found[0] if found else "").splitlines()]
    return " ".join(line for line in lines if line and "SPDX-License-Identifier" not in line)


def side_conditions(rule: Rule) -> Iterator[str]:
    """What must hold besides for a match of a rule to count, as sentences."""
    yield from (f"{name} has no side effect: no call, no assignment, no ++" for name in rule.pure)
    yield from proven(rule)
    if re.search(r"\b(?:store|other)=", rule.file.read_text(encoding="utf-8")):  # it merges
        yield "no preprocessor line, label or case stands between the store and the signal"


def explain_site(site: Site, migration: Migration, examined: Examined, stores: Stores) -> Text:
    """One site: its verdict, the code, and what that rests on. `stores` are those that the conversion leaves."""
    text = Text.assemble((f"{site.path}:{site.line}:{site.column}", "bold"), f"  {site.id}\n")
    text.append(site.verdict, f"verdict.{site.verdict}")
    text.append(f"  {site.rule or 'no rule'}")
    if site.rule in migration.filed:
        text.append(f": {migration.filed[site.rule].rstrip('.')}")
    text.append("\n")
    if site.reason:
        text.append(f"{site.reason}\n")
    _append_code(text, "Before", site.before)
    if site.after is not None:
        _append_code(text, "After", site.after)
    elif site.merged_into is not None:
        _append_code(text, "After", f"gone into {site.merged_into}")
    _append_source(text, examined.source.text, site.line)
    evidence = evidence_of(site, migration, examined, stores)
    _append_list(text, "Found", evidence.found)
    _append_list(text, "Looked for, and not found", evidence.missed)
    if site.rule is not None:
        text.append(f"\nMore: fencemig explain {site.rule}\n")
    return text


def _append_list(text: Text, title: str, lines: Iterable[str]) -> None:
    if listed := list(lines):
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
        text.append(shown + "\n", "bold" if number == line else "")
