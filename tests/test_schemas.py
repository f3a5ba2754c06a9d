# SPDX-License-Identifier: GPL-2.0-only
"""The JSON schemas in docs/schemas: what the commands print fits them, and what is wrong does not."""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from conftest import KernelTree
from helpers import PROJECT, Run, add, commit, driver, fencemig, one_driver, put_tool, small_kernel

from fencemig.audit.model import Answer, Fact, Kind
from fencemig.ledger import CSV_COLUMNS
from fencemig.model import Evidence, Site, Verdict
from fencemig.sites import Fate
from fencemig.status import Part, State
from fencemig.verify.model import Check, Level, Outcome

NAMES = ("ledger", "audit", "status", "verify")
SCHEMAS: dict[str, Any] = {
    name: json.loads((PROJECT / f"docs/schemas/{name}.schema.json").read_text(encoding="utf-8")) for name in NAMES
}


def strict(schema: Any) -> Any:
    """A schema that refuses keys that it does not name."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: strict(value) for key, value in schema.items()}
    return inner | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else inner


def problems(name: str, document: Any) -> list[str]:
    """What a document has that the strict variant of a schema refuses."""
    validator = jsonschema.Draft202012Validator(strict(SCHEMAS[name]))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def parsed(name: str, run: Run, status: int = 0) -> Any:
    """What a command printed, which fits its schema."""
    assert run.status == status, run.err
    document = json.loads(run.out)
    assert problems(name, document) == []
    return document


def members(schema: Any) -> Iterator[tuple[str, Any]]:
    """All properties of all objects in a schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield from schema["properties"].items()
        for value in schema.values():
            yield from members(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from members(value)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kernel with one driver; beside it is the series of its conversion, ../out, and its branch `done` has it too."""
    tree = one_driver(tmp_path_factory.mktemp("schemas"))
    assert fencemig(tree, "convert", "--branch", "done", "--output", "../out", ".").status == 0
    return tree


@pytest.fixture(scope="module")
def documents(kernel: Path) -> dict[str, Any]:
    """One real document for each schema."""
    tree = kernel
    return {
        "ledger": json.loads((tree.parent / "out/ledger.json").read_bytes()),
        "audit": json.loads(fencemig(tree, "audit", "--format", "json").out),
        "status": json.loads(fencemig(tree, "status", "--format", "json", "../out").out),
        "verify": json.loads(fencemig(tree, "verify", "--format", "json", "../out").out),
        "verify.json": json.loads((tree.parent / "out/verify.json").read_bytes()),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_and_says_what_everything_is(name: str) -> None:
    schema = SCHEMAS[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for key, member in members(schema):
        assert member.get("description", "").endswith((".", "…")), key


@pytest.mark.parametrize("name", NAMES)
def test_readers_pass_over_keys_that_they_do_not_know(name: str, documents: dict[str, Any]) -> None:
    document = documents[name] | {"later": 1}
    jsonschema.Draft202012Validator(SCHEMAS[name]).validate(document)
    assert problems(name, document) != []


@pytest.mark.parametrize("name", [*NAMES, "verify.json"])
def test_real_documents_fit(name: str, documents: dict[str, Any]) -> None:
    assert problems(name.partition(".")[0], documents[name]) == []


@pytest.mark.parametrize("generation", ["void", "int"])
def test_the_fixture_kernels_fit(kernel_tree: KernelTree, generation: str) -> None:
    tree = kernel_tree(generation, git=False)
    for slow in ("gpu/drm", "usb"):
        shutil.rmtree(tree / "drivers" / slow)
    (tree / "drivers/dma-buf/st-dma-fence.c").unlink()
    ledger = parsed("ledger", fencemig(tree, "scan", "--format", "json", "."))
    audit = parsed("audit", fencemig(tree, "audit", "--format", "json"))
    assert ledger["tree"] == audit["tree"]
    assert ledger["tree"]["generation"] == generation
    assert {site["verdict"] for site in ledger["sites"]} == {*Verdict} - {Verdict.UNREACHED}
    shown = [site for site in ledger["sites"] if site.get("evidence", {}).get("code")]
    assert {site["verdict"] for site in shown} == {"manual"}
    assert len(audit["ops"]) > 0 < len(audit["findings"])


def test_a_decided_tree_fits(tmp_path: Path) -> None:
    tree = small_kernel(tmp_path)
    driver = "drivers/gpu/drm/plover"
    sites = parsed("ledger", fencemig(tree, "scan", "--format", "json", driver))["sites"]
    asked = [site["id"] for site in sites if site["verdict"] == "review" and site["merged_into"] is None]
    rows = zip(("accept", "skip", "hold"), asked, strict=False)
    text = "".join(f'[[site]]\nid = "{id}"\ndecision = "{said}"\nreason = "because"\n' for said, id in rows)
    (tmp_path / "decisions.toml").write_text(text)
    run = fencemig(tree, "convert", "--no-core", "--decisions", "../decisions.toml", "--output", "../out", driver)
    assert run.status == 0, run.err
    ledger = json.loads((tmp_path / "out/ledger.json").read_bytes())
    assert problems("ledger", ledger) == []
    assert {site.get("decision") for site in ledger["sites"]} == {None, "accept", "skip", "hold"}


def test_a_half_converted_tree_fits(kernel: Path) -> None:
    status = parsed("status", fencemig(kernel, "status", "--format", "json", "--onto", "done~1", "../out"))
    assert [patch["state"] for patch in status["patches"]] == ["applied", "applied", "open"]
    assert all(patch["commit"] for patch in status["patches"][:2])
    ledger = parsed("ledger", fencemig(kernel, "scan", "--format", "json", "--base", "done~1", "."))
    assert ledger["tree"]["generation"] == "err"


def test_unreached_sites_fit(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    broken = put_tool(
        tmp_path / "bin", "spatch", 'case "$*" in *--version*) echo "spatch version 1.1.1";; esac; exit 1'
    )
    run = fencemig(tree, "scan", "--format", "json", "drivers/gpu", PATH=broken)
    lost = [site for site in parsed("ledger", run, status=3)["sites"] if site["verdict"] == "unreached"]
    assert len(lost) == run.err.count("unreached: ") > 0
    assert all(site["evidence"]["code"]["text"] for site in lost)


def test_a_failed_proof_fits(kernel: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(kernel.parent / "out", tmp_path / "out")
    (patch,) = damaged.glob("0002-*")
    patch.write_text(patch.read_text().replace("\n-\t", "\n-x\t", 1))
    found = parsed("verify", fencemig(kernel, "verify", "--format", "json", damaged), status=1)
    assert {check["outcome"] for check in found["checks"] if check["log"]} == {"failed"}
    assert found["passed"] is False


def test_what_came_and_went_fits(kernel: Path, tmp_path: Path) -> None:
    tree = shutil.copytree(kernel, tmp_path / "linux")
    add(tree, "drivers/gpu/drm/finch/finch.c", driver("\tdma_fence_signal(f);\n"))
    fence = tree / "drivers/gpu/host1x/fence.c"
    fence.write_text(fence.read_text().replace("dma_fence_set_error(", "note_error("))
    commit(tree, "Another driver, and one that changed")
    run = fencemig(tree, "status", "--format", "json", kernel.parent / "out")
    status = parsed("status", run)
    assert len(status["new"]) == 1
    assert len(status["gone"]) >= 1


Mutation = Callable[[Any], object]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ledger", lambda it: it.pop("totals")),
        ("ledger", lambda it: it.update(schema=2)),
        ("ledger", lambda it: it["totals"].pop("unreached")),
        ("ledger", lambda it: it["tree"].update(commit="HEAD")),
        ("ledger", lambda it: it["sites"][0].update(verdict="maybe")),
        ("ledger", lambda it: it["sites"][0].update(line=0)),
        ("ledger", lambda it: it["sites"][0].update(path="/etc/passwd")),
        ("ledger", lambda it: it["sites"][0].update(id="drivers/a.c")),
        ("ledger", lambda it: it["sites"][0].update(mergedinto=None)),
        ("ledger", lambda it: it["sites"][0].update(decision="later")),
        ("ledger", lambda it: it["sites"][0].update(evidence={"found": [], "missed": []})),
        (
            "ledger",
            lambda it: it["sites"][0].update(evidence={"found": [], "missed": [], "code": {"line": 0, "text": []}}),
        ),
        ("ledger", lambda it: it["sites"][0].pop("reason")),
        ("audit", lambda it: it["ops"][0].update(locks="inline")),
        ("audit", lambda it: it["ops"][0].pop("callbacks")),
        ("audit", lambda it: it.update(answers=it.pop("answer"))),
        ("status", lambda it: it["patches"][0].update(state="gone")),
        ("status", lambda it: it["patches"][0].update(parts=[])),
        ("status", lambda it: it["patches"][0]["sites"].pop("gone")),
        ("status", lambda it: it.update(done="no")),
        ("verify", lambda it: it["checks"][0].update(outcome="ok")),
        ("verify", lambda it: it["checks"][0].update(counts={"run": "3"})),
        ("verify", lambda it: it["levels"].update(all="passed")),
        ("verify", lambda it: it["patches"][0].update(number=0)),
    ],
)
def test_what_is_wrong_does_not_fit(name: str, change: Mutation, documents: dict[str, Any]) -> None:
    document = deepcopy(documents[name])
    change(document)
    assert len(problems(name, document)) >= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_misspelt_key_is_found_wherever_it_is(name: str, documents: dict[str, Any]) -> None:
    def objects(value: Any) -> Iterator[Any]:
        if isinstance(value, dict):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from objects(inner)

    document = deepcopy(documents[name])
    for one in objects(document):
        if one and not all(isinstance(value, int) for value in one.values()):  # counts have any keys
            one["misspelt"] = 1
            assert any("misspelt" in problem for problem in problems(name, document)), one
            del one["misspelt"]


@pytest.mark.parametrize(
    ("name", "path", "kinds"),
    [
        ("ledger", "site.verdict", Verdict),
        ("status", "site.verdict", Verdict),
        ("audit", "callback.answer", Answer),
        ("audit", "evidence.fact", Fact),
        ("audit", "finding.kind", Kind),
        ("status", "patch.state", State),
        ("verify", "check.outcome", Outcome),
        ("verify", "check.level", Level),
    ],
)
def test_closed_sets_are_those_of_the_code(name: str, path: str, kinds: type[StrEnum]) -> None:
    definition, key = path.split(".")
    assert SCHEMAS[name]["$defs"][definition]["properties"][key]["enum"] == [kind.value for kind in kinds]


def test_keys_are_those_of_the_code() -> None:
    def keys(name: str, definition: str) -> list[str]:
        return [*SCHEMAS[name]["$defs"][definition]["properties"]]

    assert keys("ledger", "site") == [field.name for field in fields(Site)] + ["evidence"]
    assert keys("ledger", "evidence") == [field.name for field in fields(Evidence) if field.name != "line"]
    assert {*keys("verify", "check")} == {field.name for field in fields(Check)} - {"output"} | {"outcome"}
    patch = SCHEMAS["status"]["$defs"]["patch"]["properties"]
    assert [*patch["sites"]["properties"]] == [fate.value for fate in Fate]
    assert patch["parts"]["items"]["enum"] == [part.value for part in Part]
    assert [*SCHEMAS["ledger"]["properties"]["totals"]["properties"]] == [verdict.value for verdict in Verdict]
    assert [*SCHEMAS["verify"]["properties"]["levels"]["properties"]] == [level.value for level in Level]


def test_the_rows_of_the_csv_are_sites(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    text = fencemig(tree, "scan", "--format", "csv", ".").out.decode()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    assert tuple(rows.fieldnames or ()) == CSV_COLUMNS
    site = strict({**SCHEMAS["ledger"]["$defs"]["site"], "$defs": SCHEMAS["ledger"]["$defs"]})
    found = list(rows)
    assert len(found) > 10
    for row in found:
        nullable = [key for key in row if "null" in site["properties"][key]["type"]]
        document: dict[str, Any] = row | {key: row[key] or None for key in nullable}
        document |= {"line": int(row["line"]), "column": int(row["column"])}
        if not document["decision"]:
            del document["decision"]
        jsonschema.Draft202012Validator(site).validate(document)
