# SPDX-License-Identifier: GPL-2.0-only
"""scan, end to end: every site has one verdict, and the ledger says the same in all its forms."""

import csv
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from helpers import add, commit, driver, fencemig, git, one_driver, refused, small_kernel, snapshot, verdicts

_DRIVER = "drivers/gpu/host1x/fence.c"
_FUNCTIONS = (
    "dma_fence_set_error",
    "dma_fence_signal",
    "dma_fence_signal_locked",
    "dma_fence_signal_timestamp",
    "dma_fence_signal_timestamp_locked",
    "dma_fence_check_and_signal",
    "dma_fence_check_and_signal_locked",
)


def scan(cwd: Path, *arguments: str | Path, status: int = 0) -> Any:
    run = fencemig(cwd, "scan", "--format", "json", *arguments)
    assert run.status == status, run
    return run.ledger


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A kernel of several subsystems without git, and its ledger."""
    tree = small_kernel(tmp_path_factory.mktemp("everything"), with_git=False)
    return tree, scan(tree, ".")


def test_the_sum_of_the_verdicts_is_an_independent_count(everything: tuple[Path, dict[str, Any]]) -> None:
    tree, ledger = everything
    named = re.compile(rf"\b({'|'.join(_FUNCTIONS)})\b")
    expected: list[tuple[str, int, str]] = []
    for path in sorted(path for path in tree.rglob("*") if path.suffix in (".c", ".h")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            at = (str(path.relative_to(tree)), number)
            expected += [(*at, found) for found in named.findall(line)]
            if not at[0].startswith("drivers/accel"):  # its `fence` is another struct, with an error of its own
                expected += [(*at, "->error") for _ in re.findall(r"(?:->|\.)error\s*=[^=]", line)]
            if re.search(r"set_bit\(DMA_FENCE_FLAG_SIGNALED_BIT", line):
                expected.append((*at, "SIGNALED_BIT"))
    found = sorted((site["path"], site["line"], site["callee"]) for site in ledger["sites"] if not namesake(site))
    assert found == sorted(expected)
    assert sum(ledger["totals"].values()) == len(ledger["sites"])
    assert {name: count for name, count in ledger["totals"].items() if count} == verdicts(ledger["sites"])
    assert ledger["totals"]["unreached"] == 0


def namesake(site: dict[str, Any]) -> bool:
    return site["verdict"] == "keep" and site["before"] not in _FUNCTIONS and "(" not in site["before"]


def test_sites_are_sorted_and_their_ids_unique(everything: tuple[Path, dict[str, Any]]) -> None:
    sites = everything[1]["sites"]
    places = [(site["path"], site["line"], site["column"]) for site in sites]
    assert places == sorted(places)
    ids = [site["id"] for site in sites]
    assert len(set(ids)) == len(ids)
    assert {site["merged_into"] for site in sites} - {None} <= set(ids)


def test_the_tree_is_described(everything: tuple[Path, dict[str, Any]], kernel: Path) -> None:
    ledger = everything[1]
    assert ledger["schema"] == 1
    assert ledger["tree"] == {"kernel": "7.3.0-fixture", "generation": "void", "commit": None}
    assert ledger["paths"] == ["."]
    assert scan(kernel, _DRIVER)["tree"]["commit"] == git(kernel, "rev-parse", "HEAD")


def test_csv_and_table_say_what_json_says(kernel: Path) -> None:
    sites = scan(kernel, "drivers")["sites"]
    text = fencemig(kernel, "scan", "--format", "csv", "drivers").out.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    as_text = [{key: "" if site.get(key) is None else str(site[key]) for key in rows[0]} for site in sites]
    assert rows == as_text
    assert set(rows[0]) == {*sites[0], "decision"} - {"evidence"}

    table = fencemig(kernel, "scan", "drivers", LC_ALL="C.UTF-8")
    assert table.status == 0
    assert b"\x1b" not in table.out
    text = table.out.decode()
    for site in sites:
        if site["verdict"] != "keep":
            assert f"{site['line']}:{site['column']} " in text
            assert site["before"] in text
    total = next(line.split() for line in text.splitlines() if line.split()[:1] == ["total"])
    assert sum(map(int, total[1:])) == len(sites)


def test_paths_are_relative_to_the_tree_with_c_else_to_the_current_folder(kernel: Path, tmp_path: Path) -> None:
    inside = kernel / "drivers/gpu"
    runs = [
        scan(inside, "host1x"),
        scan(inside, "host1x/"),
        scan(kernel, "drivers/gpu/host1x"),
        scan(tmp_path, "-C", kernel, "drivers/gpu/host1x"),
        scan(inside, "--tree", kernel, "drivers/gpu/host1x"),
        scan(kernel, kernel / "drivers/gpu/host1x"),
        scan(inside / "host1x", "."),
        scan(inside, "../../drivers/gpu/host1x"),
    ]
    before = fencemig(tmp_path, "-C", kernel, "scan", "--format", "json", "drivers/gpu/host1x")
    assert before.ledger == runs[0]
    assert {site["path"] for site in runs[0]["sites"]} == {_DRIVER}
    assert all(run == runs[0] for run in runs)


def test_a_single_file_and_a_path_named_twice(kernel: Path) -> None:
    one = scan(kernel, _DRIVER)
    twice = scan(kernel, _DRIVER, "drivers/gpu", "drivers/gpu")
    assert one["sites"] == twice["sites"] != []
    assert scan(kernel, "Makefile")["sites"] == []


def test_a_path_that_only_begins_alike_is_another(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    add(tree, "drivers/gpu/host1xyz/a.c", driver("\tdma_fence_signal(f);\n"))
    assert {site["path"] for site in scan(tree, "drivers/gpu/host1x")["sites"]} == {_DRIVER}


def test_the_disk_is_read_and_a_commit_with_base(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    committed = scan(tree, "drivers/gpu")
    add(tree, "drivers/gpu/new.c", driver("\tdma_fence_signal(f);\n"))
    (tree / _DRIVER).unlink()
    assert {site["path"] for site in scan(tree, "drivers/gpu")["sites"]} == {"drivers/gpu/new.c"}
    assert scan(tree, "--base", "HEAD", "drivers/gpu") == committed
    refused(fencemig(tree, "scan", "--base", "HEAD", "drivers/gpu/new.c"), "drivers/gpu/new.c", "does not exist")


def test_a_tree_in_the_folder_of_another_repository_counts_as_one_without_git(tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    tree = one_driver(outer, with_git=False)
    git(outer, "init")
    commit(outer)
    before = snapshot(outer)
    assert scan(tree, "drivers/gpu")["tree"]["commit"] is None
    dry = fencemig(tree, "convert", "--dry-run", "drivers")
    assert dry.status == 0
    subprocess.run(["git", "apply", "--check"], cwd=tree, input=dry.out, check=True)
    assert b"-\tdma_fence_signal" in dry.out
    refused(fencemig(tree, "convert", "drivers"), "git")
    refused(fencemig(tree, "scan", "--base", "HEAD", "drivers"), "git")
    assert snapshot(outer) == before


def test_without_git_a_dry_run_works_and_writes_nothing(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    before = snapshot(tree)
    dry = fencemig(tree, "convert", "--dry-run", "drivers")
    assert dry.status == 0
    subprocess.run(["patch", "-p1", "--dry-run", "--silent"], cwd=tree, input=dry.out, check=True)
    assert "total" in dry.err
    assert snapshot(tree) == before


# --- sites that spatch does not reach -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "#include <linux/dma-fence.h>\n\nvoid finch_done(struct dma_fence *f)\n{\n"
            "\tfinch_each_odd(f) with (f) {\n\t\tdma_fence_signal(f);\n\t}\n}\n",
            "parse error",
        ),
        (driver("\tif (c)\n\t\tgoto nowhere;\n\tdma_fence_signal(f);\n"), ""),
    ],
    ids=["a macro that spatch cannot parse", "a goto without its label"],
)
def test_what_spatch_skips_is_told(text: str, complaint: str, tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    add(tree, "drivers/gpu/finch.c", text)
    ledger = scan(tree, "drivers", status=3)
    unreached = [site for site in ledger["sites"] if site["verdict"] == "unreached"]
    assert [site["path"] for site in unreached] == ["drivers/gpu/finch.c"]
    assert unreached[0]["reason"]
    run = fencemig(tree, "convert", "--dry-run", "drivers")
    assert run.status == 3
    line = next(line for line in run.err.splitlines() if "unreached: " in line)
    assert f"drivers/gpu/finch.c:{unreached[0]['line']}: " in line
    assert complaint in line
    assert b"finch.c" not in run.out
    assert b"host1x/fence.c" in run.out


@pytest.mark.usefixtures("own_cache")
def test_no_time_at_all_reaches_nothing(kernel: Path) -> None:
    run = fencemig(kernel, "scan", "--format", "json", "--timeout", "0.001", "drivers")
    assert run.status == 3
    counted = run.ledger["totals"]
    assert counted["unreached"] > 0
    assert counted["convert"] == counted["review"] == 0
    assert "0.001 s" in run.err
    patches = fencemig(kernel, "convert", "--timeout", "0.001", "drivers")
    assert (patches.status, patches.out) == (3, b"")
    assert not (kernel / "outgoing").exists()


def test_a_place_without_sites_is_said_to_have_none(kernel: Path) -> None:
    run = fencemig(kernel, "scan", "--format", "json", "MAINTAINERS")
    assert (run.status, run.ledger["sites"]) == (0, [])
    assert "no site is below MAINTAINERS" in run.err
