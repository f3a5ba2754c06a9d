# SPDX-License-Identifier: GPL-2.0-only
"""Ledger and audit as SARIF 2.1.0, for editors and code review. The same input gives the same bytes.

Paths are relative to the top of the tree, which a reader knows as SRCROOT. Columns count UTF-16 code units, as
editors do. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html is the standard.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fencemig import __version__
from fencemig.audit.model import EXPLAINED, WARNINGS, Answer, Callback, Evidence, Finding, Ops, Report
from fencemig.explain import header
from fencemig.migration import Migration
from fencemig.model import Site, Verdict

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_LEVELS = {Verdict.CONVERT: "note", Verdict.REVIEW: "warning", Verdict.MANUAL: "warning"}
_UNREACHED_STATUS = 3
_CALLBACK = "fence_callback"
_CALLBACK_EXPLAINED = "A callback of a struct dma_fence_ops: can it run without the fence lock?"

Texts = Mapping[str, bytes]  # path → source, for the columns


def scan(sites: Collection[Site], migration: Migration, texts: Texts) -> str:
    """The sites that someone has to do with; those that spatch did not reach are notifications of the tool."""
    described = migration.filed
    order = {name: number for number, name in enumerate(described)}
    results = [
        {
            "ruleId": site.rule,
            "ruleIndex": order[site.rule],
            "level": _LEVELS[site.verdict],
            "message": _message(_sentence(site)),
            "locations": [_location(texts, site.path, site.line, site.column)],
            "partialFingerprints": {"siteId/v1": _printable(site.id)},
            "properties": _properties(site),
        }
        for site in sites
        if site.verdict in _LEVELS and site.rule is not None
    ]
    notifications = [
        {
            "descriptor": {"id": Verdict.UNREACHED.value, "index": 0},
            "level": "error",
            "message": _message(f"{site.before} was not reached: {site.reason}"),
            "locations": [_location(texts, site.path, site.line, site.column)],
        }
        for site in sites
        if site.verdict is Verdict.UNREACHED
    ]
    told = {name: header(rule) for rule in migration.rules for name in (rule.row or rule.id,)}
    return _log(described, told, results, notifications)


def audit(report: Report, texts: Texts) -> str:
    """The findings, and the callbacks with their evidence as related locations."""
    described = {_CALLBACK: _CALLBACK_EXPLAINED} | {kind.value: said for kind, said in EXPLAINED.items()}
    order = {name: number for number, name in enumerate(described)}
    placed = [(one.path, one.line, _of_callback(ops, one, texts)) for ops in report.ops for one in ops.callbacks]
    placed += [(one.path, one.line, _of_finding(one, texts)) for one in report.findings]
    results = [
        {"ruleId": result["ruleId"], "ruleIndex": order[result["ruleId"]], **result}
        for _, _, result in sorted(placed, key=lambda one: (one[0], one[1]))
    ]
    return _log(described, {}, results, [])


def _of_callback(ops: Ops, callback: Callback, texts: Texts) -> dict[str, Any]:
    said = f"{callback.function}() is {ops.name}.{callback.member}; without the fence lock: {callback.answer}"
    result = {
        "ruleId": _CALLBACK,
        "level": "note" if callback.answer is Answer.YES else "warning",
        "message": _message(f"{said}, {callback.because}"),
        "locations": [_location(texts, callback.path, callback.line)],
        "partialFingerprints": {"siteId/v1": _printable(f"{ops.path}:{ops.name}:{callback.member}#1")},
    }
    if callback.evidence:
        result["relatedLocations"] = [
            {"id": number} | _location(texts, one.path, one.line, one.column) | {"message": _message(_evidence(one))}
            for number, one in enumerate(callback.evidence)
        ]
    return result


def _of_finding(finding: Finding, texts: Texts) -> dict[str, Any]:
    return {
        "ruleId": finding.kind.value,
        "level": "warning" if finding.kind in WARNINGS else "note",
        "message": _message(f"{finding.text}: {finding.message}"),
        "locations": [_location(texts, finding.path, finding.line, finding.column)],
        "partialFingerprints": {"siteId/v1": _printable(finding.id)},
    }


def _evidence(evidence: Evidence) -> str:
    return f"{evidence.fact}: {evidence.text}"


def _log(
    described: Mapping[str, str], told: Mapping[str, str], results: Sequence[Any], notifications: Sequence[Any]
) -> str:
    """`described` has a sentence on each rule, `told` more of some."""
    driver: dict[str, Any] = {
        "name": "fencemig",
        "version": __version__,
        "rules": [_descriptor(name, said, told.get(name, "")) for name, said in described.items()],
    }
    if notifications:
        driver["notifications"] = [_descriptor(Verdict.UNREACHED.value, "spatch did not get to this site")]
    invocation: dict[str, Any] = {
        "executionSuccessful": not notifications,
        "exitCode": _UNREACHED_STATUS if notifications else 0,
        "toolExecutionNotifications": list(notifications),
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the kernel tree"}}},
        "columnKind": "utf16CodeUnits",
        "results": list(results),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _descriptor(name: str, said: str, more: str = "") -> dict[str, Any]:
    short = said.rstrip(".") + "."
    return {"id": name, "shortDescription": _text(short), "fullDescription": _text(more or short)}


def _text(said: str) -> dict[str, str]:
    return {"text": _printable(said)}


def _sentence(site: Site) -> str:
    said = site.before
    if site.after is not None:
        said = f"{site.before} → {site.after}"
    elif site.merged_into is not None:
        said = f"{site.before} → into {site.merged_into}"
    return f"{said}: {site.reason}" if site.reason else said


def _properties(site: Site) -> dict[str, str]:
    """What the ledger says of a site and SARIF has no place for, under the ledger's keys."""
    names = ("verdict", "function", "callee", "before", "after", "merged_into", "reason", "subsystem", "decision")
    return {name: _printable(value) for name in names if (value := getattr(site, name))}


def _message(text: str) -> dict[str, str]:
    """Plain text, in which braces would be placeholders (3.11.5), and `[i](x)` a link (3.11.6)."""
    return _text(text.replace("{", "{{").replace("}", "}}").replace("](", "] ("))


def _printable(text: str) -> str:
    """What of a path is no UTF-8 as escapes: JSON would pass on half a character."""
    return text.encode(errors="backslashreplace").decode()


def _location(texts: Texts, path: str, line: int, column: int | None = None) -> dict[str, Any]:
    region = {"startLine": line}
    if column is not None:
        before = texts[path].split(b"\n")[line - 1][: column - 1].decode(errors="replace")
        region["startColumn"] = len(before.encode("utf-16-le")) // 2 + 1
    uri = quote(path.encode(errors="surrogateescape"))
    return {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, "region": region}}
