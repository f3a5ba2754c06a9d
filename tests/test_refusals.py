# SPDX-License-Identifier: GPL-2.0-only
"""What can be wrong with the input, the tree and the tools: refused with one clear message, and nothing is left."""

import os
from pathlib import Path

import pytest
from helpers import commit, fencemig, git, one_driver, path_without, put_tool, refused, snapshot


@pytest.mark.parametrize("command", [["scan"], ["convert"], ["convert", "--dry-run"]])
def test_paths_that_will_not_do(kernel: Path, tmp_path: Path, command: list[str]) -> None:
    before = snapshot(kernel.parent)
    refused(fencemig(kernel, *command, ".."), "..", "outside of the tree")
    refused(fencemig(kernel, *command, "drivers", "/etc"), "/etc", "outside of the tree")
    refused(fencemig(kernel, *command, "drivers/gpx"), "drivers/gpx", "does not exist")
    refused(fencemig(tmp_path, "-C", kernel, *command, "../x"), "../x", "outside of the tree")
    refused(fencemig(tmp_path, *command, "."), "kernel tree", "-C")
    refused(fencemig(tmp_path, "-C", tmp_path, *command, "."), "no kernel tree", "MAINTAINERS")
    refused(fencemig(tmp_path, "-C", "nowhere", *command, "."), "nowhere")
    assert snapshot(kernel.parent) == before
    assert list(tmp_path.iterdir()) == []


def test_a_path_of_the_tree_named_from_within_it_is_recognised(kernel: Path) -> None:
    run = fencemig(kernel / "drivers/gpu", "scan", "drivers/gpu/host1x")
    refused(run, "drivers/gpu/drivers/gpu/host1x does not exist", "from here, say host1x")


@pytest.mark.parametrize("command", [["scan"], ["convert"], ["convert", "--dry-run"]])
def test_tools_that_will_not_do(kernel: Path, tmp_path: Path, command: list[str]) -> None:
    before = snapshot(kernel)
    old = put_tool(tmp_path / "old", "spatch", "echo spatch version 1.0.8 compiled with OCaml version 4.11.1")
    without = path_without(tmp_path / "without", "spatch")
    for script in ("exit 1", "echo hello", "kill -9 $$"):
        broken = put_tool(tmp_path / "broken", "spatch", script)
        refused(fencemig(kernel, *command, "drivers", PATH=broken), "spatch", "unknown", "1.1.0")
    refused(fencemig(kernel, *command, "drivers", PATH=without), "spatch", "coccinelle")
    refused(fencemig(kernel, *command, "drivers", PATH=old), "1.0.8", "1.1.0")
    refused(fencemig(kernel, *command, "drivers", PATH=path_without(tmp_path / "no git", "git")), "git is missing")
    assert snapshot(kernel) == before


def test_a_search_that_fails_is_no_empty_result(kernel: Path, tmp_path: Path) -> None:
    path = put_tool(tmp_path / "bin", "grep", "echo 'grep: ./drivers: Permission denied' >&2; exit 2")
    refused(fencemig(kernel, "scan", "drivers", PATH=path), "drivers: Permission denied")


def test_no_commits(tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    git(tree, "init")
    before = snapshot(tree)
    refused(fencemig(tree, "convert", "drivers"), "no commits")
    assert fencemig(tree, "scan", "--format", "json", "drivers/gpu").ledger["tree"]["commit"] is None
    assert snapshot(tree) == before


def test_no_identity(kernel: Path) -> None:
    before = snapshot(kernel)
    run = fencemig(kernel, "convert", "drivers", GIT_CONFIG_GLOBAL=os.devnull)
    assert (run.status, run.out) == (2, b"")
    assert "git config --global user.email" in run.err  # git's own advice has several lines
    assert snapshot(kernel) == before
    assert fencemig(kernel, "convert", "--dry-run", "drivers", GIT_CONFIG_GLOBAL=os.devnull).status == 0


def test_an_unknown_shape_of_the_api(tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    header = tree / "include/linux/dma-fence.h"
    header.write_text(header.read_text().replace("void dma_fence_signal(", "long dma_fence_signal("))
    commit(tree, "dma-buf: Return a long")
    before = snapshot(tree)
    for command in (["scan"], ["convert"], ["convert", "--dry-run"]):
        run = fencemig(tree, *command, "drivers")
        assert (run.status, run.out) == (2, b"")
        assert "long dma_fence_signal(struct dma_fence *fence)" in run.err
    assert snapshot(tree) == before


def test_output_that_cannot_be_written(kernel: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "dangling").symlink_to("nowhere")
    before = (snapshot(kernel), snapshot(tmp_path))
    for output in (tmp_path / "file/series", tmp_path / "dangling/series", "/proc/series", tmp_path / ("x" * 300)):
        refused(fencemig(kernel, "convert", "--output", output, "drivers"), str(output), "cannot be")
    assert (snapshot(kernel), snapshot(tmp_path)) == before
