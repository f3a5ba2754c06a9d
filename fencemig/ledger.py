# SPDX-License-Identifier: GPL-2.0-only
"""The ledger: every site with its verdict, as the contract defines it. The same input gives the same bytes."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from fencemig import __version__
from fencemig.model import Site, Verdict

SCHEMA = 1


@dataclass(frozen=True)
class Ledger:
    """What was looked at, with which tools, and what became of each site (by path, line, column)."""

    spatch: str
    kernel: str | None
    generation: str
    commit: str | None
    paths: tuple[str, ...]
    sites: tuple[Site, ...]


def totals(sites: Iterable[Site]) -> dict[str, int]:
    """How many sites have each verdict, all verdicts named."""
    counted = Counter(site.verdict for site in sites)
    return {verdict.value: counted[verdict] for verdict in Verdict}


def as_json(ledger: Ledger) -> str:
    """The ledger as the contract's JSON: ASCII, whatever the locale and whatever the names of files."""
    data = {
        "schema": SCHEMA,
        "tool": {"fencemig": __version__, "spatch": ledger.spatch},
        "tree": {"kernel": ledger.kernel, "generation": ledger.generation, "commit": ledger.commit},
        "paths": list(ledger.paths),
        "sites": [asdict(site) for site in ledger.sites],
        "totals": totals(ledger.sites),
    }
    return json.dumps(data, indent=2) + "\n"


def as_csv(sites: Sequence[Site]) -> str:
    """The sites as CSV (RFC 4180, one header row); what is null in JSON is empty here."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Site)], lineterminator="\r\n")
    writer.writeheader()
    for site in sites:
        writer.writerow(asdict(site))
    return out.getvalue()
