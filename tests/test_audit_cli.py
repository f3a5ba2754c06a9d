# SPDX-License-Identifier: GPL-2.0-only
"""`fencemig audit` from the command line: its three formats say the same, whatever the tree is read from."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from helpers import PROJECT, add, commit, fencemig, git, path_without, refused, small_kernel

DRIVERS = {
    "enabling": "drivers/gpu/drm/lark/enabling.c",
    "signalling": "drivers/gpu/drm/rook/signalling.c",
    "callbacks": "drivers/gpu/drm/teal/callbacks.c",
    "signaled": "drivers/accel/wren/signaled.c",
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = small_kernel(tmp_path_factory.mktemp("audit"), with_git=False)
    for name, path in DRIVERS.items():
        add(tree, path, (PROJECT / f"kernel_fixtures/audit/{name}.c").read_bytes())
    commit(tree)
    return tree


def audit(kernel: Path, *arguments: str) -> Any:
    run = fencemig(kernel, "audit", "--format", "json", *arguments)
    assert run.status == 0, run.err
    return run.ledger


def paths(found: Any) -> set[str]:
    return {item["path"] for item in [*found["ops"], *found["findings"]]}


def test_json_describes_tool_tree_ops_and_findings(kernel: Path) -> None:
    found = audit(kernel)
    assert found["schema"] == 1
    assert set(found["tool"]) == {"fencemig"}
    assert found["tree"] == {
        "kernel": "7.3.0-fixture",
        "generation": "void",
        "commit": git(kernel, "rev-parse", "HEAD"),
    }
    assert found["paths"] == ["."]
    assert set(DRIVERS.values()) <= paths(found)
    lark = next(ops for ops in found["ops"] if ops["name"] == "lark_wait_ops")
    assert [callback["member"] for callback in lark["callbacks"]] == ["enable_signaling", "wait", "release"]
    assert lark["locks"] == ["&queue->waiters.lock"]
    assert lark["callbacks"][0]["answer"] == "no"
    assert lark["callbacks"][0]["evidence"][0]["fact"] == "needs the fence lock"
    ids = {finding["id"] for finding in found["findings"]}
    assert f"{DRIVERS['signalling']}:rook_test:test_then_signal#1" in ids
    assert found["answer"][0].startswith("11 ops->signaled(): ")


def test_without_path_the_whole_tree_is_audited(kernel: Path) -> None:
    assert audit(kernel / "drivers/gpu")["ops"] == audit(kernel)["ops"] == audit(kernel, ".")["ops"]


def test_a_path_limits_what_is_told_not_what_is_followed(kernel: Path, tmp_path: Path) -> None:
    one = audit(kernel, DRIVERS["signalling"])
    assert paths(one) == {DRIVERS["signalling"]}
    everything = [f for f in audit(kernel)["findings"] if f["path"] == DRIVERS["signalling"]]
    assert one["findings"] == everything != []

    tree = small_kernel(tmp_path, with_git=False)
    callback = "static bool a(struct dma_fence *f) { return wren_hw_done(f); }\n"
    add(tree, "drivers/gpu/drm/wren/a.c", callback + "static const struct dma_fence_ops o = { .signaled = a };\n")
    add(tree, "drivers/gpu/drm/wren/b.c", "bool wren_hw_done(struct dma_fence *fence)\n{\n\treturn fence->seqno;\n}\n")
    assert audit(tree, "drivers/gpu/drm/wren/a.c")["ops"][0]["callbacks"][0]["answer"] == "yes"


def test_a_commit_is_read_instead_of_the_files_on_disk(tmp_path: Path) -> None:
    tree = small_kernel(tmp_path)
    add(tree, DRIVERS["signalling"], (PROJECT / "kernel_fixtures/audit/signalling.c").read_bytes())
    assert DRIVERS["signalling"] in paths(audit(tree))
    assert DRIVERS["signalling"] not in paths(audit(tree, "--base", "HEAD"))
    head = commit(tree, "Add a driver")
    (tree / DRIVERS["signalling"]).unlink()
    found = audit(tree, "--base", head)
    assert DRIVERS["signalling"] in paths(found)
    assert found["tree"]["commit"] == head


def test_csv_has_every_callback_and_finding(kernel: Path) -> None:
    found = audit(kernel)
    run = fencemig(kernel, "audit", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(run.out.decode(), newline="")))
    findings = [row for row in rows if row["record"] == "finding"]
    assert [row["id"] for row in findings] == [finding["id"] for finding in found["findings"]]
    assert [row["message"] for row in findings] == [finding["message"] for finding in found["findings"]]
    callbacks = [callback for ops in found["ops"] for callback in ops["callbacks"]]
    answers = sorted((row["function"], row["answer"]) for row in rows if row["record"] == "callback")
    assert answers == sorted((callback["function"], callback["answer"]) for callback in callbacks)
    assert len({row["id"] for row in rows}) == len(rows)


def test_the_table_tells_all_and_ends_with_the_answer(kernel: Path) -> None:
    found = audit(kernel)
    run = fencemig(kernel, "audit", LC_ALL="C.UTF-8")
    assert run.status == 0
    assert b"\x1b" not in run.out
    text = run.out.decode()
    for finding in found["findings"]:
        assert f"{finding['line']}:{finding['column']} " in text
        assert finding["message"] in text
    for callback in (callback for ops in found["ops"] for callback in ops["callbacks"]):
        assert f"{callback['function']}(): {callback['because']}" in text
    assert text.endswith("\n".join(found["answer"]) + "\n")


@pytest.mark.parametrize("output_format", ["table", "json", "csv"])
def test_two_runs_give_the_same_bytes_and_name_no_machine(kernel: Path, output_format: str) -> None:
    first, second = (fencemig(kernel, "audit", "--format", output_format, PYTHONHASHSEED=seed) for seed in "12")
    assert first.out == second.out
    assert str(kernel).encode() not in first.out


def test_spatch_is_not_needed(kernel: Path, tmp_path: Path) -> None:
    run = fencemig(kernel, "audit", "--format", "json", PATH=path_without(tmp_path / "bin", "spatch"))
    assert run.status == 0
    assert run.ledger == audit(kernel)


def test_wrong_usage_is_refused(kernel: Path, tmp_path: Path) -> None:
    refused(fencemig(kernel, "audit", "no/such/path"), "no/such/path", "does not exist")
    refused(fencemig(tmp_path, "audit", "-C", tmp_path), "no kernel tree")
    refused(fencemig(kernel, "audit", ".."), "outside")


def test_a_tree_without_fences_is_quiet(tmp_path: Path) -> None:
    tree = small_kernel(tmp_path, with_git=False)
    found = audit(tree, "Makefile")
    assert (found["ops"], found["findings"]) == ([], [])
