# SPDX-License-Identifier: GPL-2.0-only
"""Layouts of a series, end to end: what is in which patch, and that all of them end in the same tree."""

import email
import email.policy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import Run, add, commit, driver, fencemig, git, refused, small_kernel

pytestmark = pytest.mark.xdist_group("layouts")

HEADER = "include/linux/dma-fence.h"
MACRO = "#define dma_fence_signal(args...)"


@dataclass(frozen=True)
class Laid:
    """A kernel with its series in every layout: `out` has a folder, and `runs` a run, for each."""

    tree: Path
    out: Path
    runs: dict[str, Run]

    def patches(self, name: str) -> list[Path]:
        return [one for one in sorted((self.out / name).glob("*.patch")) if not one.name.startswith("0000")]

    def cover(self, name: str) -> str:
        return " ".join((self.out / name / "0000-cover-letter.patch").read_text().split())

    def applied(self, *patches: Path, onto: str = "main") -> str:
        """The hash of the tree that the patches make of a commit."""
        git(self.tree, "checkout", "--quiet", "--detach", onto)
        git(self.tree, "am", "--quiet", *map(str, patches))
        found = git(self.tree, "rev-parse", "HEAD^{tree}")
        git(self.tree, "checkout", "--quiet", "main")
        return found


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laid]:
    folder = tmp_path_factory.mktemp("laid")
    tree, out = small_kernel(folder), folder / "out"
    options = {
        "staged": ("--branch", "whole"),
        "flag-day": ("--layout", "flag-day"),
        "tree": ("--split-by", "tree", "--branch", "parts"),
        "part": ("drivers/gpu",),
        "part-flag-day": ("--layout", "flag-day", "drivers/gpu"),
        "no-core": ("--no-core",),
    }
    runs = {}
    for name, given in options.items():
        paths = [] if given[-1] == "drivers/gpu" else ["."]
        runs[name] = fencemig(tree, "convert", "--output", out / name, *given, *paths)
        assert runs[name].status == 0, runs[name].err
    yield Laid(tree, out, runs)


def subjects(patches: list[Path]) -> list[str]:
    policy = email.policy.default
    mails = [email.message_from_bytes(one.read_bytes(), policy=policy) for one in patches]
    return [re.sub(r"^\[.*?\] ", "", str(mail["Subject"])) for mail in mails]


def touched(patch: Path) -> set[str]:
    return set(re.findall(r"^diff --git a/(\S+) b/", patch.read_text(), re.MULTILINE))


def test_the_core_patch_comes_first_and_the_macros_go_last(laid: Laid) -> None:
    first, *drivers, last = laid.patches("staged")
    assert {HEADER, "drivers/dma-buf/dma-fence.c"} <= touched(first)
    assert f"\n+{MACRO}" in first.read_text()
    assert touched(last) == {HEADER}
    assert f"\n-{MACRO}" in last.read_text()
    assert drivers
    assert not any(touched(one) & touched(first) for one in drivers)


def test_no_driver_is_converted_in_the_core_patch(laid: Laid) -> None:
    first, *drivers, _ = laid.patches("staged")
    assert not touched(first) & {path for one in drivers for path in touched(one)}


def test_the_drivers_go_in_any_order_after_the_core(laid: Laid) -> None:
    first, *drivers, last = laid.patches("staged")
    whole = laid.applied(first, *drivers, last)
    assert laid.applied(first, *reversed(drivers), last) == whole
    assert git(laid.tree, "rev-parse", "whole^{tree}") == whole


def test_a_flag_day_ends_in_the_same_tree_by_one_patch(laid: Laid) -> None:
    (patch,) = laid.patches("flag-day")
    assert laid.applied(patch) == git(laid.tree, "rev-parse", "whole^{tree}")
    assert MACRO not in patch.read_text()


def test_every_maintainers_tree_gets_a_series_of_its_own(laid: Laid) -> None:
    folders = {one.name for one in (laid.out / "tree").iterdir() if one.is_dir()}
    assert {"core", "final"} < folders
    assert len(folders) > 3
    whole = [one for name in folders for one in subjects(laid.patches(f"tree/{name}"))]
    assert sorted(whole) == sorted(subjects(laid.patches("staged")))


def test_the_parts_name_the_core_patch_as_their_prerequisite(laid: Laid) -> None:
    (core,) = laid.patches("tree/core")
    ids = git(laid.tree, "patch-id", "--stable", stdin=core.read_bytes()).split()[:1]
    parts = [one for one in (laid.out / "tree").iterdir() if one.is_dir() and one.name not in ("core", "final")]
    for part in parts:
        cover = (part / "0000-cover-letter.patch").read_text()
        assert re.findall(r"^prerequisite-patch-id: (\w+)$", cover, re.MULTILINE) == ids
        patches = [one for one in sorted(part.glob("*.patch")) if not one.name.startswith("0000")]
        assert laid.applied(core, *patches)
    final = (laid.out / "tree/final/0000-cover-letter.patch").read_text()
    assert final.count("prerequisite-patch-id: ") == len(laid.patches("staged")) - 1


def test_the_branches_of_the_parts_end_in_the_same_tree(laid: Laid) -> None:
    branches = git(laid.tree, "for-each-ref", "--format=%(refname:short)", "refs/heads/parts").split()
    assert branches == sorted(f"parts/{one.name}" for one in (laid.out / "tree").iterdir() if one.is_dir())
    assert git(laid.tree, "rev-parse", "parts/final^{tree}") == git(laid.tree, "rev-parse", "whole^{tree}")


def test_every_site_is_in_the_ledger_of_one_part(laid: Laid) -> None:
    whole = json.loads((laid.out / "tree/ledger.json").read_text())["sites"]
    parts = [json.loads(one.read_text())["sites"] for one in (laid.out / "tree").glob("*/ledger.json")]
    kept = [site["id"] for site in whole if site["verdict"] not in ("keep", "manual")]
    assert sorted(kept) == sorted(s["id"] for part in parts for s in part if s["verdict"] not in ("keep", "manual"))


def test_a_flag_day_cannot_be_split_by_tree(laid: Laid, tmp_path: Path) -> None:
    options = ("--layout", "flag-day", "--split-by", "tree", "--output", tmp_path / "out")
    refused(fencemig(laid.tree, "convert", *options, "."), "flag-day")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["part", "part-flag-day"])
def test_calls_outside_of_the_path_keep_the_macros_and_are_named(laid: Laid, name: str) -> None:
    added = "".join(one.read_text() for one in laid.patches(name))
    assert f"\n+{MACRO}" in added
    assert f"\n-{MACRO}" not in added
    assert "macros stay" in laid.cover(name)
    assert re.search(r"drivers/iio/\S+: \d calls?", laid.cover(name))
    assert not re.search(r"drivers/gpu/\S+: \d calls?", laid.cover(name))


def test_a_call_that_a_patch_by_hand_brings_keeps_the_macros(laid: Laid, tmp_path: Path) -> None:
    git(laid.tree, "checkout", "--quiet", "--detach", "main")
    add(laid.tree, "drivers/iio/extra.c", driver("\tdma_fence_signal(f);\n"))
    commit(laid.tree, "iio: buffer: Add an extra driver")
    mail = git(laid.tree, "format-patch", "-1", "--stdout")
    git(laid.tree, "checkout", "--quiet", "main")
    (tmp_path / "extra.patch").write_text(f"{mail}\n")
    (tmp_path / "decisions.toml").write_text('[[patch]]\nsubsystem = "iio: buffer"\nfile = "extra.patch"\n')
    run = fencemig(laid.tree, "convert", "--output", tmp_path / "out", ".")
    assert run.status == 0, run.err
    cover = " ".join((tmp_path / "out/0000-cover-letter.patch").read_text().split())
    assert "macros stay" in cover
    assert "drivers/iio/extra.c: 1 call" in cover
    assert not any(f"\n-{MACRO}" in one.read_text() for one in (tmp_path / "out").glob("*.patch"))


def test_without_the_core_patch_the_rest_is_the_same_and_the_cover_letter_says_what_is_missing(laid: Laid) -> None:
    assert subjects(laid.patches("no-core")) == subjects(laid.patches("staged"))[1:-1]
    assert "needs a core patch" in laid.cover("no-core")
    assert "needs a core patch" not in laid.cover("staged")


def test_a_tree_without_the_core_gets_the_rest_and_a_word(tmp_path: Path) -> None:
    tree = small_kernel(tmp_path, with_git=False)
    (tree / "drivers/dma-buf/dma-fence.c").unlink()
    commit(tree)
    run = fencemig(tree, "convert", "--output", tmp_path / "out", "drivers/iio")
    assert run.status == 0
    assert "no core patch, for drivers/dma-buf/dma-fence.c is not in this tree" in run.err
    assert len(list((tmp_path / "out").glob("*.patch"))) == 2


def test_a_core_that_has_drifted_too_far_is_named_and_the_rest_can_be_made(tmp_path: Path) -> None:
    tree = small_kernel(tmp_path, with_git=False)
    file = tree / "drivers/dma-buf/dma-fence.c"
    file.write_text(file.read_text().replace("test_and_set_bit", "claim_the_bit"))
    commit(tree)
    before = git(tree, "status", "--porcelain")
    options = ("--output", tmp_path / "out", "drivers/iio")
    refused(fencemig(tree, "convert", *options), "dma_fence_signal_timestamp_locked", "--no-core")
    assert not (tmp_path / "out").exists()
    assert git(tree, "status", "--porcelain") == before
    assert fencemig(tree, "convert", "--no-core", *options).status == 0


@pytest.mark.parametrize("core", ["missing", "drifted"])
def test_the_last_patch_is_not_forced_on_a_converted_tree(core: str, laid: Laid, tmp_path: Path) -> None:
    git(laid.tree, "checkout", "--quiet", "--detach", "whole~1")  # all but the last patch is in
    file = laid.tree / "drivers/dma-buf/dma-fence.c"
    if core == "missing":
        file.unlink()
    else:
        header = laid.tree / HEADER
        header.write_text(header.read_text().replace("Transitional: a call", "Transitional: any call"))
    git(laid.tree, "commit", "--quiet", "--all", "--message=drift")
    base = git(laid.tree, "rev-parse", "HEAD")
    git(laid.tree, "checkout", "--quiet", "main")
    options: tuple[str | Path, ...] = ("--base", base, "--output", tmp_path / "out", ".")
    if core == "drifted":
        refused(fencemig(laid.tree, "convert", *options), "transitional macro", "--no-core")
        options = ("--no-core", *options)
    run = fencemig(laid.tree, "convert", *options)
    assert run.status == 0
    assert "nothing to convert" in run.err


def test_many_patches_are_too_many_for_one_series(tmp_path: Path) -> None:
    tree = small_kernel(tmp_path, with_git=False)
    for number in range(16):
        add(tree, f"drivers/w{number}/w.c", driver("\tdma_fence_signal(f);\n"))
    commit(tree)
    run = fencemig(tree, "convert", "--output", tmp_path / "out", "drivers")
    assert run.status == 0
    assert "only post 15 or so patches at a time" in run.err
    assert "--split-by tree" in run.err
    assert "only post" not in fencemig(tree, "convert", "--output", tmp_path / "few", "drivers/iio").err


def test_a_second_run_on_the_result_makes_nothing(laid: Laid, tmp_path: Path) -> None:
    run = fencemig(laid.tree, "convert", "--base", "whole", "--output", tmp_path / "out", ".")
    assert run.status == 0
    assert "nothing to convert" in run.err
    assert not (tmp_path / "out").exists()


def test_a_run_on_a_tree_with_the_core_patch_makes_only_what_is_open(laid: Laid, tmp_path: Path) -> None:
    first, second, *_ = laid.patches("staged")
    git(laid.tree, "checkout", "--quiet", "-B", "halfway", "main")
    git(laid.tree, "am", "--quiet", str(first), str(second))
    git(laid.tree, "checkout", "--quiet", "main")
    run = fencemig(laid.tree, "convert", "--base", "halfway", "--output", tmp_path / "out", ".")
    assert run.status == 0
    made = [one for one in sorted((tmp_path / "out").glob("*.patch")) if not one.name.startswith("0000")]
    assert subjects(made) == subjects(laid.patches("staged"))[2:]
