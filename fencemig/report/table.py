# SPDX-License-Identifier: GPL-2.0-only
"""The ledger as tables for people."""

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import groupby

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fencemig.inert import one_line
from fencemig.model import Site, Subsystem, Verdict
from fencemig.report.listing import REASONED, print_listing

_WIDE = 80  # columns from which on a table has air


def print_sites(console: Console, sites: Collection[Site], subsystems: Mapping[str, Subsystem], root: str = "") -> None:
    """Print the sites that someone has to do with, file by file, then the summary.

    Mentions in comments and other `keep` sites are counted, not listed: json and csv have them. In a pipe each
    site is a line; `root` is the URL of the tree where the output is a terminal that follows links.
    """
    listed = [site for site in sites if site.verdict is not Verdict.KEEP]
    if console.is_terminal:
        print_listing(console, listed, subsystems, root)
    else:
        for path, group in groupby(listed, key=lambda site: site.path):
            console.print(Text(one_line(path)), soft_wrap=True)
            for site in group:
                console.print(_line(site), soft_wrap=True)
        console.print()
    print_summary(console, sites, subsystems)


def print_summary(console: Console, sites: Collection[Site], subsystems: Mapping[str, Subsystem]) -> None:
    """Print how many sites of each subsystem have each verdict."""
    counts: dict[str, Counter[Verdict]] = {}
    for site in sites:
        counts.setdefault(subsystems[site.path].prefix.rstrip(":"), Counter())[site.verdict] += 1
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, padding=(0, int(console.width >= _WIDE)))
    table.add_column("subsystem", "total", overflow="fold")
    everything = sum(counts.values(), Counter[Verdict]())
    for verdict in Verdict:
        heading = Text(verdict, f"verdict.{verdict}" if everything[verdict] else "")
        table.add_column(heading, str(everything[verdict]), justify="right", no_wrap=True)
    for name, count in sorted(counts.items()):
        cells = (Text(str(count[verdict]), f"verdict.{verdict}") if count[verdict] else "" for verdict in Verdict)
        table.add_row(Text(name), *cells)
    console.print(table)


def _line(site: Site) -> Text:
    line = f"  {f'{site.line}:{site.column}':9}{site.verdict:10}{site.rule or '-':22}"
    line += f"{site.function or '-'}: {one_line(site.before)}"
    if site.after is not None:
        line += f" → {one_line(site.after)}"
    elif site.merged_into is not None:
        line += " → into the signal"
    if site.reason and site.verdict in REASONED:
        line += f"\n{'':21}{one_line(site.reason)}"
    return Text(line)
