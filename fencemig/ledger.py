# SPDX-License-Identifier: GPL-2.0-only
"""The ledger: every site with its verdict, as the contract defines it. The same input gives the same bytes."""

import csv
import io
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, get_type_hints

from fencemig import __version__
from fencemig.errors import UserError
from fencemig.model import Evidence, Site, Verdict

SCHEMA = 1
CSV_COLUMNS = tuple(field.name for field in fields(Site))


@dataclass(frozen=True)
class Ledger:
    """What was looked at, with which tools, what became of each site (by path, line, column), and why."""

    spatch: str
    kernel: str | None
    generation: str
    commit: str | None
    paths: tuple[str, ...]
    sites: Collection[Site]
    migration: str = ""  # the name of its folder; "" in ledgers that are older than the key
    evidence: Mapping[str, Evidence] = field(default_factory=dict)  # by the site's id; of what has any


def totals(sites: Iterable[Site]) -> dict[str, int]:
    """How many sites have each verdict, all verdicts named."""
    counted = Counter(site.verdict for site in sites)
    return {verdict.value: counted[verdict] for verdict in Verdict}


def as_json(ledger: Ledger) -> str:
    """The ledger as the contract's JSON: ASCII, whatever the locale and whatever the names of files."""
    return "".join(json_parts(ledger))


def json_parts(ledger: Ledger) -> Iterator[str]:
    """The same in parts, one for each site: a ledger may be larger than what it is made from."""
    head = {
        "schema": SCHEMA,
        "migration": ledger.migration,
        "tool": {"fencemig": __version__, "spatch": ledger.spatch},
        "tree": {"kernel": ledger.kernel, "generation": ledger.generation, "commit": ledger.commit},
        "paths": list(ledger.paths),
    }
    yield json.dumps(head, indent=2).removesuffix("\n}") + ',\n  "sites": ['
    between = "\n    "
    for site in ledger.sites:
        yield between + _indented(_row(site, ledger.evidence.get(site.id)), "\n    ")
        between = ",\n    "
    counted = _indented(totals(ledger.sites), "\n  ")
    yield ("\n  ]" if ledger.sites else "]") + f',\n  "totals": {counted}\n}}\n'


def _indented(value: object, line: str) -> str:
    """A value as json.dumps(indent=2) shows it, in half the time. `line` begins a line of its own."""
    if isinstance(value, dict) and value:
        rows = (f"{json.dumps(key)}: {_indented(inner, line + '  ')}" for key, inner in value.items())
        return "{" + line + "  " + f",{line}  ".join(rows) + line + "}"
    if isinstance(value, list) and value:
        return "[" + line + "  " + f",{line}  ".join(_indented(inner, line + "  ") for inner in value) + line + "]"
    return json.dumps(value)


def from_json(text: bytes) -> Ledger:
    """Read a ledger back. Keys that are not known are passed over, as the contract asks of readers.

    Raises UserError for an unknown schema, and for what is no ledger, with the key that is wrong.
    """
    try:
        data = json.loads(text)
        schema = data["schema"]
        if schema != SCHEMA:
            raise UserError(f"it has schema {schema!r}, and this fencemig reads {SCHEMA}: use the one that wrote it")
        tree = data["tree"]
        return Ledger(
            _typed("spatch", str, data["tool"]),
            _typed("kernel", str | None, tree),
            _typed("generation", str, tree),
            _typed("commit", str | None, tree),
            _texts("paths", data),
            tuple(_site(row) for row in data["sites"]),
            _typed("migration", str, {"migration": "", **data}),
            {row["id"]: _evidence(row["evidence"]) for row in data["sites"] if "evidence" in row},
        )
    except KeyError as error:
        raise UserError(f"it is damaged: it has no {error}") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise UserError(f"it is damaged: {error}") from error


def _site(row: dict[str, Any]) -> Site:
    hints = get_type_hints(Site)
    optional = {field.name for field in fields(Site) if field.default is not MISSING}
    row = {**row, "verdict": Verdict(row["verdict"])}
    return Site(
        **{name: _typed(name, hint, row) for name, hint in hints.items() if name in row or name not in optional}
    )


def _typed(key: str | int, kind: Any, data: Any) -> Any:
    """A member of an object or an array. Raises KeyError without it, TypeError for another type."""
    value = data[key]
    if not isinstance(value, kind):
        raise TypeError(f"{key} is {value!r}")
    return value


def as_csv(sites: Collection[Site]) -> str:
    """The sites as CSV (RFC 4180, one header row); what is null or missing in JSON is empty here."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for site in sites:
        writer.writerow(_columns(site))
    return out.getvalue()


def _columns(site: Site) -> dict[str, Any]:
    return {name: getattr(site, name) for name in CSV_COLUMNS}


def _row(site: Site, evidence: Evidence | None) -> dict[str, Any]:
    """A site's keys: `decision` is there only where a person decided, `evidence` where there is any."""
    row = _columns(site)
    if site.decision is None:
        del row["decision"]
    if evidence is not None:
        code = {"line": evidence.line, "text": list(evidence.code)} if evidence.code else None
        row["evidence"] = {"found": list(evidence.found), "missed": list(evidence.missed), "code": code}
    return row


def _evidence(row: dict[str, Any]) -> Evidence:
    code = _typed("code", dict | None, row) or {"line": 0, "text": []}
    found, missed, lines = _texts("found", row), _texts("missed", row), _texts("text", code)
    return Evidence(found, missed, _typed("line", int, code), lines)


def _texts(key: str, data: Any) -> tuple[str, ...]:
    values = _typed(key, list, data)
    return tuple(_typed(number, str, values) for number in range(len(values)))
