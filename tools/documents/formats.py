# SPDX-License-Identifier: GPL-2.0-only
"""docs/formats.md: what the commands print for programs, made of the JSON schemas and of the columns in the code."""

import json
from collections.abc import Iterator
from typing import Any

from documents import GENERATED, PROJECT, table
from fencemig import ledger
from fencemig.report import audit

_TOP = """
# Formats

| command | formats | schema |
|---|---|---|
| `fencemig scan`, `ledger.json` in an output folder | table, json, csv, sarif | [ledger](schemas/ledger.schema.json) |
| `fencemig audit` | table, json, csv, sarif | [audit](schemas/audit.schema.json) |
| `fencemig status` | table, json | [status](schemas/status.schema.json) |
| `fencemig verify`, `verify.json` in an output folder | table, json | [verify](schemas/verify.schema.json) |

Tables are for people and change without notice; the other formats are for programs. The schemas are JSON Schema
2020-12, and tests hold the output to them.

- Readers ignore keys that they do not know: a later fencemig may write more of them without another number in `schema`.
  That number changes when a key goes or means something else. So the schemas allow unknown keys. To find a misspelt
  key in what you write yourself, add `"additionalProperties": false` wherever there are `properties`, as the tests do.
- JSON is ASCII. Other characters are escapes; what of a path is no UTF-8 is one half of a surrogate pair, `\\udc80` to
  `\\udcff` for the bytes from 0x80, as Python reads it back.
- Lines and columns count from 1, columns in bytes. There are no times and no names of machines in ledger, audit and
  status; `verify.json` says how long each check took.
"""
_CSV = """
## CSV

`--format csv` is RFC 4180 in UTF-8, with one header row. What is null or missing in JSON is empty.

`scan` has a row for each site. The columns are the keys of a site above, but for `evidence`: {scan}.

`audit` has a row for each callback and each finding: {audit}. `record` is `callback` or `finding`. Of a callback,
`kind` is the member of the ops, `text` names ops and member, and `column` is empty; of a finding, `answer` is empty.
"""
_SARIF = """
## SARIF

`--format sarif` is [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), for editors and
code review. Paths are relative to `SRCROOT`, the top of the tree. Columns count UTF-16 code units there.

| from | is |
|---|---|
| a `convert` site | a result of level note |
| a `review` or a `manual` site | a result of level warning |
| an `unreached` site | a notification of level error; `executionSuccessful` is false, `exitCode` is 3 |
| a `core` or a `keep` site | left out: nobody has to do anything there |
| a callback of `audit` | a result of the rule `fence_callback`: note for yes, warning for no and unknown; its \
evidence is in related locations |
| a finding of `audit` | a result whose rule is its kind: warning for `ops_after_signal`, `lock_after_signal` and \
`test_then_signal`, else note |

`partialFingerprints` has the id of the site, which stays the same when lines move; `properties` tells what the ledger
says of it under the same keys: verdict, function, callee, before, after, reason, subsystem and so on. Every rule has
its description in `tool.driver.rules`.
"""


def text() -> str:
    """The whole document."""
    parts = [GENERATED, _TOP]
    for name in ("ledger", "audit", "status", "verify"):
        schema = json.loads((PROJECT / f"docs/schemas/{name}.schema.json").read_text(encoding="utf-8"))
        parts += [
            f"\n## {name.capitalize()}\n\n{schema['description']}\n\n",
            table(("key", "is", "says"), _rows(schema)),
        ]
    return "".join([*parts, _CSV.format(scan=_named(ledger.CSV_COLUMNS), audit=_named(audit.CSV_COLUMNS)), _SARIF])


def _rows(schema: Any) -> Iterator[tuple[str, str, str]]:
    yield from _members(schema, schema, "")


def _members(schema: Any, whole: Any, before: str) -> Iterator[tuple[str, str, str]]:
    for name, member in schema.get("properties", {}).items():
        key = before + name
        yield f"`{key}`", _kind(member, name in schema["required"]), member["description"]
        inner = member.get("items", member)
        if "description" in inner and inner is not member and "$ref" not in inner:
            yield f"`{key}[]`", _kind(inner, True), inner["description"]
        for target in _targets(inner, whole):
            yield from _members(target, whole, f"{key}{'[]' * ('items' in member)}.")


def _targets(schema: Any, whole: Any) -> Iterator[Any]:
    """The objects that a schema may stand for."""
    if "$ref" in schema:
        yield whole["$defs"][schema["$ref"].rpartition("/")[2]]
    elif "oneOf" in schema:
        yield from (target for one in schema["oneOf"] for target in _targets(one, whole))
    elif "properties" in schema:
        yield schema


def _kind(schema: Any, required: bool) -> str:
    said = _type(schema)
    return said if required else f"{said}, optional"


def _type(schema: Any) -> str:
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "oneOf" in schema:
        return " or ".join(_type(one) for one in reversed(schema["oneOf"]))
    kinds = schema.get("type", "object")
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _named(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{column}`" for column in columns)
