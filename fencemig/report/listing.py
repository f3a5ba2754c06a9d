# SPDX-License-Identifier: GPL-2.0-only
"""The sites of a ledger on a terminal: file by file, aligned, the code on lines of its own, the reason wrapped."""

from collections.abc import Collection, Mapping
from itertools import groupby

from rich.console import Console
from rich.text import Text

from fencemig.inert import one_line
from fencemig.model import Site, Subsystem, Verdict
from fencemig.report.lines import link, print_hanging, with_links
from fencemig.report.tokens import differing

REASONED = (Verdict.REVIEW, Verdict.MANUAL, Verdict.UNREACHED)  # the verdicts whose reason a person must read
_VERDICT = max(map(len, Verdict))


def print_listing(console: Console, sites: Collection[Site], subsystems: Mapping[str, Subsystem], root: str) -> None:
    """Print the sites under their files. `root` is the URL of the tree where the terminal follows links.

    A store that went into its signal has the signal's reason, which is said there.
    """
    place = max((len(_place(site)) for site in sites), default=0)
    rule = max((len(_rule(site)) for site in sites), default=0)
    reasons = {site.id: site.reason for site in sites}
    for path, group in groupby(sites, key=lambda site: site.path):
        heading = Text(one_line(path), "heading")
        heading.stylize(link(root, path))
        console.print(heading, Text(subsystems[path].prefix.rstrip(":")), sep="  ", overflow="fold")
        for site in group:
            _print_site(console, site, place, rule, root)
            if site.reason and site.verdict in REASONED and reasons.get(site.merged_into or "") != site.reason:
                print_hanging(console, with_links(Text(" " * (place + 6) + one_line(site.reason)), root), place + 6)
        console.print()


def _print_site(console: Console, site: Site, place: int, rule: int, root: str) -> None:
    left = 2 + place + 2  # where everything below the place begins
    facts = Text(" " * (left - 2 - len(_place(site))))
    facts.append(_place(site), link(root, site.path))
    facts.append("  ")
    facts.append(site.verdict, f"verdict.{site.verdict}")
    facts.append(f"{'':{_VERDICT - len(site.verdict)}}  {_rule(site).ljust(rule)}  ")
    facts.append(f"{site.function}()" if site.function else "")
    facts.rstrip()
    print_hanging(console, facts, left)
    for number, code in enumerate(_code(site, console.width - left)):
        print_hanging(console, Text.assemble(" " * left, code), left + 2 * (number > 0))


def _code(site: Site, width: int) -> list[Text]:
    """What was there and what comes for it: on one line where that fits, else on two."""
    before = Text(one_line(site.before))
    if site.after is not None:
        after = Text(one_line(site.after))
        for start, end in differing(before.plain, after.plain)[1]:
            after.stylize("changed", start, end)
    elif site.merged_into is not None:
        after = Text("into the signal")
    else:
        return [before]
    whole = Text.assemble(before, " → ", after)
    return [whole] if whole.cell_len <= width else [before, Text.assemble("→ ", after)]


def _place(site: Site) -> str:
    return f"{site.line}:{site.column}"


def _rule(site: Site) -> str:
    return site.rule or "-"
