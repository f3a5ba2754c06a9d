# SPDX-License-Identifier: GPL-2.0-only
"""convert, end to end: real git, real spatch, the fixture kernels."""

import email
import email.policy
import json
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import KernelTree
from helpers import (
    Run,
    add,
    apply_as_told,
    clone_at,
    commit,
    driver,
    fencemig,
    git,
    one_driver,
    patches,
    refused,
    small_kernel,
    snapshot,
    verdicts,
)

pytestmark = pytest.mark.xdist_group("convert")  # they share a few conversions

_DRIVER = "drivers/gpu/host1x/fence.c"


class Converted(NamedTuple):
    """A small kernel that was converted with all defaults, the runs around that, and how it was before."""

    tree: Path
    base: str
    run: Run
    series: Path
    before: dict[str, tuple[object, ...]]
    after: dict[str, tuple[object, ...]]
    dry: Run


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """A conversion of a small kernel whose work tree, index and HEAD all differ."""
    tree = small_kernel(tmp_path_factory.mktemp("converted"))
    base = git(tree, "rev-parse", "HEAD")
    dry = fencemig(tree, "convert", "--dry-run", "drivers")
    git(tree, "checkout", "-b", "topic")
    text = (tree / _DRIVER).read_text()
    add(tree, _DRIVER, text + "\nvoid host1x_new(struct dma_fence *f)\n{\n\tdma_fence_signal(f);\n}\n")
    add(tree, "drivers/gpu/host1x/untracked.c", driver("\tdma_fence_signal(f);\n"))
    add(tree, "Kbuild", "# staged\n")
    git(tree, "add", "Kbuild")
    before = snapshot(tree)
    run = fencemig(tree, "convert", "drivers")
    after = snapshot(tree)
    return Converted(tree, base, run, tree / f"outgoing/HEAD-{base[:12]}", before, after, dry)


def body(patch: Path) -> str:
    message = email.message_from_bytes(patch.read_bytes(), policy=email.policy.default)
    return str(message.get_content())


def subject(patch: Path) -> str:
    message = email.message_from_bytes(patch.read_bytes(), policy=email.policy.default)
    return re.sub(r"\s+", " ", str(message["Subject"]))


@pytest.mark.parametrize("generation", ["void", "int"])
def test_the_series_gives_the_branch_and_a_second_run_finds_nothing(
    generation: str, kernel_tree: KernelTree, tmp_path: Path
) -> None:
    tree = kernel_tree(generation)
    base = git(tree, "rev-parse", "HEAD")
    run = fencemig(tree, "convert", "--branch", "fences", "drivers")
    assert run.status == 0, run
    assert git(tree, "rev-parse", "HEAD") == base
    assert git(tree, "status", "--porcelain", "--untracked-files=no") == ""
    clone = clone_at(tree, base, tmp_path / "clone")
    apply_as_told(run, tree, clone)
    tip = git(tree, "rev-parse", "fences^{tree}")
    assert git(clone, "rev-parse", "HEAD^{tree}") == tip != git(tree, "rev-parse", "HEAD^{tree}")
    ledger = json.loads(next((tree / "outgoing").glob("*/ledger.json")).read_bytes())
    assert ledger["tree"]["generation"] == generation
    assert ledger["totals"]["unreached"] == 0

    again = fencemig(clone, "convert", "drivers")
    assert (again.status, again.out) == (0, b"")
    assert again.err == "fencemig: nothing to convert\n"
    assert not (clone / "outgoing").exists()


def test_nothing_of_the_user_is_touched(converted: Converted) -> None:
    grown = {name: state for name, state in converted.after.items() if not name.startswith("outgoing")}
    assert grown == converted.before
    assert converted.run.status == 0
    assert converted.run.out.decode().strip() == f"outgoing/HEAD-{converted.base[:12]}"
    assert {path.name for path in (converted.tree / "outgoing").iterdir()} == {converted.series.name}


def test_modified_files_are_pointed_out_and_no_part_of_the_series(converted: Converted) -> None:
    notes = [line for line in converted.run.err.splitlines() if "modified" in line]
    assert len(notes) == 1
    assert _DRIVER in notes[0]
    text = b"".join(patch.read_bytes() for patch in patches(converted.series))
    assert _DRIVER.encode() in text
    assert b"host1x_new" not in text
    assert b"untracked.c" not in text
    clone = clone_at(converted.tree, converted.base, converted.tree.parent / "clone")
    apply_as_told(converted.run, converted.tree, clone)


def test_the_dry_run_is_the_sum_of_the_series(converted: Converted, tmp_path: Path) -> None:
    assert converted.dry.status == 0
    clone = clone_at(converted.tree, converted.base, tmp_path / "clone")
    core, *drivers, _ = map(str, patches(converted.series))
    git(clone, "am", "--quiet", core, *drivers)
    applied = git(clone, "rev-parse", "HEAD^{tree}")
    git(clone, "reset", "--quiet", "--hard", converted.base)
    git(clone, "am", "--quiet", core)
    for check in ("--check", "--index"):
        subprocess.run(["git", "apply", check], cwd=clone, input=converted.dry.out, check=True)
    assert git(clone, "write-tree") == applied


def test_the_dry_run_is_plain_and_goes_by_subsystem(converted: Converted) -> None:
    assert b"\x1b" not in converted.dry.out
    assert converted.dry.out.startswith(b"diff --git ")
    names = re.findall(rb"^diff --git a/(\S+)", converted.dry.out, re.MULTILINE)
    in_series = [
        sorted(re.findall(rb"^diff --git a/(\S+)", patch.read_bytes(), re.MULTILINE))
        for patch in patches(converted.series)[1:-1]
    ]
    position = {name: number for number, group in enumerate(in_series) for name in group}
    assert sorted(names) == sorted(position)
    groups = [position[name] for name in names]
    assert len(groups) > 3
    changes = [one for one, other in zip(groups, [*groups[1:], None], strict=True) if one != other]
    assert len(changes) == len(set(changes))  # no subsystem comes twice


def test_the_ledger_is_what_scan_says(converted: Converted) -> None:
    ledger = json.loads((converted.series / "ledger.json").read_bytes())
    scanned = fencemig(converted.tree, "scan", "--base", "HEAD", "--format", "json", "drivers")
    assert scanned.status == 0
    assert scanned.out == (converted.series / "ledger.json").read_bytes()
    assert ledger["tree"]["commit"] == converted.base
    assert {name: count for name, count in ledger["totals"].items() if count} == verdicts(ledger["sites"])
    assert {"convert", "review", "manual", "core", "keep"} <= set(verdicts(ledger["sites"]))


def test_the_cover_letter(converted: Converted) -> None:
    cover = body(converted.series / "0000-cover-letter.patch")
    assert "macros take the old calls as well" in " ".join(cover.split())
    assert f"fencemig convert --base {converted.base[:12]} drivers" in cover
    ledger = json.loads((converted.series / "ledger.json").read_bytes())
    totals = next(line.split()[1:] for line in cover.splitlines() if line.split()[:1] == ["total"])
    assert [int(count) for count in totals] == [count for count in ledger["totals"].values() if count]
    left = [site for site in ledger["sites"] if site["verdict"] == "manual"]
    assert left
    for site in left:
        assert site["path"] in cover
        assert re.search(rf"\b{site['line']}: {site['function']}\(\)", cover)
    assert f"base-commit: {converted.base}" in cover
    assert f"[PATCH 0/{len(patches(converted.series))}]" in subject(converted.series / "0000-cover-letter.patch")


def test_the_messages_of_the_patches(converted: Converted) -> None:
    series = patches(converted.series)
    subjects = [re.sub(r"^\[PATCH \d+/\d+\] ", "", subject(patch)) for patch in series]
    assert len(subjects) >= 4
    assert len(set(subjects)) == len(subjects)
    assert max(map(len, subjects)) <= 75
    assert not [line for line in subjects if not re.match(r"(?:[\w/-]+: )+[A-Z]", line)]
    for patch in [converted.series / "0000-cover-letter.patch", *series]:
        assert not re.search(rb"^(Signed-off-by|Reviewed-by|Acked-by|Fixes|Link):", patch.read_bytes(), re.MULTILINE)
    for patch in series:
        message = body(patch).partition("\n---\n")[0]
        assert "Generated with fencemig" in " ".join(message.split())


def test_each_patch_names_what_is_for_a_person(converted: Converted) -> None:
    ledger = json.loads((converted.series / "ledger.json").read_bytes())
    notes = {
        name: patch.read_text().partition("\n---\n")[2].partition("\ndiff --git")[0]
        for patch in patches(converted.series)
        for name in re.findall(r"^diff --git a/(\S+)", patch.read_text(), re.MULTILINE)
    }
    for_people = [
        site
        for site in ledger["sites"]
        if site["path"] in notes and site["verdict"] in ("review", "manual") and not site["merged_into"]
    ]
    assert {site["verdict"] for site in for_people} == {"review", "manual"}
    for site in for_people:
        assert f"{Path(site['path']).name}:{site['line']}: {site['function']}()" in notes[site["path"]]


def test_the_same_input_gives_the_same_bytes(converted: Converted, tmp_path: Path) -> None:
    clone = clone_at(converted.tree, converted.base, converted.tree.parent / "same")
    series = []
    for jobs in ("1", "4"):
        extra = {"PYTHONHASHSEED": jobs, "XDG_CACHE_HOME": str(tmp_path / jobs)}  # spatch is to run each time
        dry = fencemig(clone, "convert", "--dry-run", "-j", jobs, "drivers", **extra)
        assert dry.out == converted.dry.out
    for jobs in ("2", "3"):
        named = ("--jobs", jobs, "--output", f"out-{jobs}", "drivers")
        assert fencemig(clone, "convert", *named, PYTHONHASHSEED=jobs, TZ=f"UTC-{jobs}").status == 0
        series.append({path.name: path.read_bytes() for path in (clone / f"out-{jobs}").iterdir()})
    assert series[0] == series[1] == {path.name: path.read_bytes() for path in converted.series.iterdir()}


def test_an_output_folder_is_replaced_only_with_force_and_when_it_is_ours(kernel: Path) -> None:
    target = kernel / "sub/series"
    assert fencemig(kernel, "convert", "--output", "sub/series", "drivers").status == 0
    (target / "notes.txt").write_text("mine")
    before = snapshot(kernel)
    refused(fencemig(kernel, "convert", "--output", "sub/series", "drivers"), "sub/series", "--force")
    assert snapshot(kernel) == before
    assert fencemig(kernel, "convert", "--output", "sub/series", "--force", "drivers").status == 0
    assert not (target / "notes.txt").exists()
    assert len(patches(target)) == 3  # the core, the driver, the last one
    assert [path.name for path in target.parent.iterdir()] == ["series"]


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dangling"])
def test_what_is_not_ours_is_not_replaced_even_with_force(kernel: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "series"
    if kind == "folder":
        target.mkdir()
        (target / "thesis.txt").write_text("mine")
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path if kind == "link" else tmp_path / "nowhere")
    before = snapshot(tmp_path)
    refused(fencemig(kernel, "convert", "--output", target, "--force", "drivers"), str(target))
    assert snapshot(tmp_path) == before


def test_the_output_folder_is_relative_to_the_current_folder(kernel: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    run = fencemig(here, "-C", kernel, "convert", "drivers/gpu")
    assert run.status == 0
    base = git(kernel, "rev-parse", "HEAD")
    assert [path.name for path in (here / "outgoing").iterdir()] == [f"HEAD-{base[:12]}"]
    assert run.out.decode().strip() == f"outgoing/HEAD-{base[:12]}"


def test_another_base_is_converted_without_a_checkout(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    first = git(tree, "rev-parse", "HEAD")
    git(tree, "tag", "rel/v1")
    (tree / _DRIVER).unlink()
    add(tree, "drivers/gpu/later.c", driver("\tdma_fence_signal(f);\n"))
    commit(tree, "drm: Add a driver")
    before = snapshot(tree)
    run = fencemig(tree, "convert", "--base", "rel/v1", "drivers")
    assert run.status == 0
    series = tree / f"outgoing/rel-v1-{first[:12]}"
    assert run.out.decode().strip() == f"outgoing/{series.name}"
    assert {name: state for name, state in snapshot(tree).items() if not name.startswith("outgoing")} == before
    ledger = json.loads((series / "ledger.json").read_bytes())
    assert ledger["tree"]["commit"] == first
    paths = {site["path"] for site in ledger["sites"]}
    assert _DRIVER in paths
    assert "drivers/gpu/later.c" not in paths
    refused(fencemig(tree, "convert", "--base", "nowhere", "drivers"), "nowhere")


def test_a_branch_is_never_overwritten(kernel: Path) -> None:
    before = snapshot(kernel)
    for name in ("main", "no good", "-x", "main/below"):
        refused(fencemig(kernel, "convert", f"--branch={name}", "--output", "unmade", "drivers"), name)
    assert snapshot(kernel) == before


def test_a_header_that_has_err_already_leaves_nothing_to_convert(converted: Converted, tmp_path: Path) -> None:
    clone = clone_at(converted.tree, converted.base, tmp_path / "clone")
    git(clone, "am", "--quiet", *map(str, patches(converted.series)))
    run = fencemig(clone, "convert", ".")
    assert (run.status, run.out, run.err) == (0, b"", "fencemig: nothing to convert\n")
    assert not (clone / "outgoing").exists()
    scanned = fencemig(clone, "scan", "--format", "json", "drivers").ledger
    assert scanned["tree"]["generation"] == "err"
    assert not {"convert", "review", "unreached"} & set(verdicts(scanned["sites"]))
