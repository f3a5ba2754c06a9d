# SPDX-License-Identifier: GPL-2.0-only
"""The ledger as tables for people."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fencemig.model import Site, Subsystem, Verdict

COLOURS = {
    Verdict.CONVERT: "green",
    Verdict.REVIEW: "yellow",
    Verdict.MANUAL: "magenta",
    Verdict.CORE: "blue",
    Verdict.KEEP: "dim",
    Verdict.UNREACHED: "bold red",
}


def print_sites(console: Console, sites: Sequence[Site], subsystems: Mapping[str, Subsystem]) -> None:
    """Print the sites that someone has to do with, file by file, then the summary.

    Mentions in comments and other `keep` sites are counted, not listed: json and csv have them.
    """
    path = None
    for site in sites:
        if site.verdict is Verdict.KEEP:
            continue
        if site.path != path:
            path = site.path
            console.print(Text(path, "bold"), soft_wrap=True)
        console.print(_line(site), soft_wrap=True)
    console.print()
    print_summary(console, sites, subsystems)


def print_summary(console: Console, sites: Sequence[Site], subsystems: Mapping[str, Subsystem]) -> None:
    """Print how many sites of each subsystem have each verdict."""
    counts: dict[str, Counter[Verdict]] = {}
    for site in sites:
        counts.setdefault(subsystems[site.path].prefix.rstrip(":"), Counter())[site.verdict] += 1
    table = Table(box=box.SIMPLE_HEAD, show_footer=True)
    table.add_column("subsystem", "total", overflow="fold")
    everything = sum(counts.values(), Counter[Verdict]())
    for verdict in Verdict:
        table.add_column(Text(verdict, COLOURS[verdict]), str(everything[verdict]), justify="right")
    for name, count in sorted(counts.items()):
        cells = (Text(str(count[verdict]), COLOURS[verdict]) if count[verdict] else "" for verdict in Verdict)
        table.add_row(name, *cells)
    console.print(table)


def _line(site: Site) -> Text:
    line = Text("  ")
    line.append(f"{site.line}:{site.column}".ljust(9), "dim")
    line.append(site.verdict.ljust(10), COLOURS[site.verdict])
    line.append((site.rule or "-").ljust(22))
    line.append(f"{site.function or '-'}: {site.before}")
    if site.after is not None:
        line.append(f" → {site.after}", COLOURS[site.verdict])
    elif site.merged_into is not None:
        line.append(" → into the signal", COLOURS[site.verdict])
    if site.reason and site.verdict in (Verdict.REVIEW, Verdict.MANUAL, Verdict.UNREACHED):
        line.append(f"\n{'':21}{site.reason}", "italic")
    return line
