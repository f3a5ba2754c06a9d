# SPDX-License-Identifier: GPL-2.0-only
"""The review page as HTML: one file that loads nothing, in which only our own style and scripts count."""

import hashlib
import json
import math
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fencemig import __version__
from fencemig.model import Verdict
from fencemig.report.page.code import visible
from fencemig.report.page.markup import diff, source
from fencemig.report.page.model import Page, SiteView

MEANINGS = {
    Verdict.CONVERT: "rewritten; the rule alone preserves behaviour",
    Verdict.REVIEW: "rewritten; a person must look first",
    Verdict.MANUAL: "not rewritten; a person must decide",
    Verdict.CORE: "in the files of the API itself",
    Verdict.KEEP: "nothing to convert",
    Verdict.UNREACHED: "not analysed",
}
_STYLES = ("review.css", "decide.css")
_SCRIPTS = ("view.js", "toml.js", "decide.js")
_HEAT = 4  # steps of a heat map, besides none


def render(page: Page) -> bytes:
    """The page as UTF-8. The same page gives the same bytes."""
    templates = files(__package__) / "templates"
    style = "".join((templates / name).read_text(encoding="utf-8") for name in _STYLES)
    scripts = [(templates / name).read_text(encoding="utf-8") for name in _SCRIPTS]
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"diff": diff, "source": source, "parts_of": _bar, "heat": _heat, "totals": _used}
    text = environment.get_template("review.html.j2").render(
        page=page,
        meanings=MEANINGS,
        policy=_policy(style, scripts),
        style=Markup(style),
        scripts=[Markup(script) for script in scripts],
        data=_json(_data(page)),
        left={section.subsystem: section for section in page.todo},
        most=max((number for counts in page.heat.values() for number in counts.values()), default=0),
        largest=max((sum(run.counts.values()) for run in page.runs), default=0),
        version=__version__,
    )
    return text.encode()


def _shown(value: object) -> object:
    """What a template writes: nothing in it hides, and it is escaped then, unless it is markup of ours."""
    return visible(value) if type(value) is str else value


def _policy(style: str, scripts: Iterable[str]) -> str:
    """What a browser may load and run: the style and the scripts of this page."""
    allowed = " ".join(map(_hash, scripts))
    return f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data(page: Page) -> dict[str, object]:
    """What the scripts read: an index of the sites, and what is decided."""
    return {"sites": [_entry(view) for view in page.sites], "decisions": page.decisions, "name": page.name}


def _entry(view: SiteView) -> dict[str, object]:
    site = view.site
    entry: dict[str, object] = {"id": site.id, "slug": view.slug, "card": view.card, "verdict": site.verdict}
    entry |= {"rule": visible(site.rule or ""), "subsystem": view.subsystem, "line": site.line}
    return entry | {"before": site.before, "after": site.after} if view.open else entry


def _json(data: object) -> Markup:
    """JSON in which nothing ends its element, or begins another: ASCII without <, > and &."""
    text = json.dumps(data, separators=(",", ":"))
    return Markup(text.translate({ord(character): f"\\u{ord(character):04x}" for character in "<>&"}))


def _used(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The verdicts that some site has, with their counts."""
    return [(verdict, number) for verdict, number in counts.items() if number]


def _bar(counts: Mapping[str, int], whole: int) -> Iterator[tuple[str, int, float, float]]:
    """The parts of a stacked bar of 1000 for `whole` sites: verdict, count, where it begins, its width."""
    at = 0.0
    for verdict, number in _used(counts):
        width = 1000 * number / whole
        yield verdict, number, round(at, 1), round(width, 1)
        at += width


def _heat(number: int, most: int) -> int:
    """The step of a count, 0 for none; small ones can still be told apart."""
    return math.ceil(_HEAT * math.sqrt(number / most)) if number else 0
