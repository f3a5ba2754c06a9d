# SPDX-License-Identifier: GPL-2.0-only
"""What stands below the "---" of a patch: the sites that need a person."""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from fencemig.inert import one_line
from fencemig.model import Site, Verdict
from fencemig.series.texts import Texts
from fencemig.series.wording import LEFT, WIDTH, grouped, is_accepted, reason, where, word_for, wrapped

_WIDTH = WIDTH - 4  # git indents notes
_MANY_REASONS = 4  # of one rule, beyond which the words for all of them say as much


def remarks_on(own: Sequence[Site], texts: Texts) -> str:
    """What stands below the "---": the sites that a person must look at, and those left to one."""
    review = [site for site in own if site.verdict is Verdict.REVIEW and site.merged_into is None]
    undecided = [site for site in review if not is_accepted(site)]
    accepted = [site for site in review if is_accepted(site)]
    left = [site for site in own if site.verdict in LEFT]
    short = _short_names({site.path for site in own})
    parts: list[str] = []
    if undecided:
        parts += ["Converted, but please look first:", *_with_reasons(undecided, texts, short)]
    if accepted:
        parts += ["Converted, and looked at:", *_with_reasons(accepted, texts, short)]
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
        of_rule.setdefault(site.rule, set()).add(short(reason(site)))

    def said(site: Site) -> str:
        many = len(of_rule[site.rule]) > _MANY_REASONS
        words = texts.rows.get(site.rule or "", "") if many else ""
        told = words[:1].lower() + words[1:] or short(reason(site))
        return f"{told}; accepted: {word}" if (word := word_for(site)) else told

    return [
        "\n".join(
            [
                *(f"  {one_line(short(site.path))}:{site.line}: {where(site)}" for site in alike),
                wrapped(told, indent="    ", width=_WIDTH),
            ]
        )
        for told, alike in grouped(sites, said).items()
    ]
