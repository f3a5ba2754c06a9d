# SPDX-License-Identifier: GPL-2.0-only
"""The main job on real kernels: fetched once; without a network these tests are skipped, in CI they fail."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from unidiff.patch import PatchSet

ROOT = Path(__file__).parent.parent
MIGRATION = ROOT / "semantic_patches" / "dma_fence_signal"
FENCEMIG = Path(sys.executable).with_name("fencemig")
_CALL = re.compile(rb"\bdma_fence_(?:set_error|signal(?:_timestamp)?(?:_locked)?|check_and_signal(?:_locked)?)\s*\(")
_NOISE = re.compile(rb'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)
_DECLARED = re.compile(rb"^(?:static inline )?(?:void|bool|int) \w+\([^;{]*?[;{]", re.MULTILINE)

Ledger = dict[str, Any]


def _run(*arguments: str | Path, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(word) for word in arguments], cwd=cwd, capture_output=True, text=True, check=False)


def _scan(tree: Path, *options: str | Path) -> tuple[int, Ledger]:
    done = _run(FENCEMIG, "-C", tree, "scan", "--format", "json", *options)
    return done.returncode, json.loads(done.stdout)


def _calls(tree: Path) -> int:
    """A count of our own: calls of the seven functions, with neither tree-sitter nor our lexer."""
    named = _run("grep", "-rlE", "--include=*.[ch]", "dma_fence_(set_error|signal|check_and_signal)", ".", cwd=tree)
    total = 0
    for name in named.stdout.split():
        text = _NOISE.sub(b" ", (tree / name).read_bytes())
        text = _DECLARED.sub(lambda found: b"{" if found[0].endswith(b"{") else b"", text)
        total += len(_CALL.findall(text))
    return total


def _of(ledger: Ledger, path: str, function: str) -> list[tuple[str, str, str | None]]:
    return [
        (site["callee"], site["verdict"], site["rule"])
        for site in ledger["sites"]
        if site["path"].endswith(path) and site["function"] == function
    ]


@pytest.fixture(scope="module")
def ledger_7_3(kernel_7_3: Path) -> Ledger:
    status, ledger = _scan(kernel_7_3, ".")
    assert status == 0
    return ledger


@pytest.fixture(scope="module")
def ledger_6_12(kernel_6_12: Path) -> Ledger:
    status, ledger = _scan(kernel_6_12, ".")
    assert status == 0
    return ledger


def _accounts_for_all_calls(ledger: Ledger, tree: Path) -> None:
    calls = [site for site in ledger["sites"] if re.match(r"dma_fence_\w+\s*\(", site["before"])]
    assert len(calls) == _calls(tree)
    assert ledger["totals"]["unreached"] == 0
    assert sum(ledger["totals"].values()) == len(ledger["sites"])
    assert Counter(site["verdict"] for site in ledger["sites"]) == Counter(
        {verdict: count for verdict, count in ledger["totals"].items() if count}
    )


@pytest.mark.xdist_group("7.3")
def test_7_3_is_accounted_for(ledger_7_3: Ledger, kernel_7_3: Path) -> None:
    assert ledger_7_3["tree"]["generation"] == "void"
    _accounts_for_all_calls(ledger_7_3, kernel_7_3)


@pytest.mark.xdist_group("6.12")
def test_6_12_is_accounted_for(ledger_6_12: Ledger, kernel_6_12: Path) -> None:
    assert ledger_6_12["tree"]["generation"] == "int"
    _accounts_for_all_calls(ledger_6_12, kernel_6_12)


@pytest.mark.xdist_group("7.3")
@pytest.mark.parametrize(
    ("path", "function"),
    [
        ("amdgpu_fence.c", "amdgpu_fence_process"),
        ("panfrost_job.c", "panfrost_jm_handle_done"),
        ("panthor_sched.c", "queue_check_job_completion"),
        ("nouveau_fence.c", "nouveau_fence_signal"),
        ("i915_sw_fence_work.c", "fence_complete"),
        ("xe_tlb_inval.c", "xe_tlb_inval_fence_signal"),
        ("dma-fence-array.c", "irq_dma_fence_array_work"),
    ],
)
def test_7_3_a_signal_whose_error_is_stored_elsewhere_is_for_review(
    ledger_7_3: Ledger, path: str, function: str
) -> None:
    verdicts = {(verdict, rule) for callee, verdict, rule in _of(ledger_7_3, path, function) if "signal" in callee}
    assert verdicts == {("review", "plain_carried")}


@pytest.mark.xdist_group("7.3")
@pytest.mark.parametrize(
    ("path", "function"),
    [
        ("sched_fence.c", "drm_sched_fence_scheduled"),
        ("host1x/fence.c", "host1x_fence_signal"),
        ("vgem_fence.c", "vgem_fence_timeout"),
        ("sw_sync.c", "sync_timeline_signal"),
        ("kfd_process.c", "kfd_process_wq_release"),
    ],
)
def test_7_3_a_signal_whose_fence_gets_no_error_is_converted(ledger_7_3: Ledger, path: str, function: str) -> None:
    verdicts = {(verdict, rule) for callee, verdict, rule in _of(ledger_7_3, path, function) if "signal" in callee}
    assert verdicts == {("convert", "plain")}


@pytest.mark.xdist_group("7.3")
@pytest.mark.parametrize(
    ("path", "function"),
    [("panfrost_job.c", "panfrost_job_handle_err"), ("xe_preempt_fence.c", "preempt_fence_work_func")],
)
def test_7_3_errors_of_several_paths_go_through_a_local(ledger_7_3: Ledger, path: str, function: str) -> None:
    assert {(verdict, rule) for _, verdict, rule in _of(ledger_7_3, path, function)} == {("review", "thread_local")}


@pytest.mark.xdist_group("7.3")
def test_7_3_what_people_must_decide_is_not_rewritten(ledger_7_3: Ledger) -> None:
    wanted = {
        ("i915_request.c", "i915_request_set_error_once"): "private_signal",
        ("intel_breadcrumbs.c", "__dma_fence_signal"): "private_signal",
        ("dma-fence-array.c", "dma_fence_array_init"): "residual_state",
        ("i915_vma.c", "i915_vma_work"): "residual_state",
        ("nouveau_fence.c", "nouveau_fence_context_kill"): "residual_wrapper",
        ("xe_tlb_inval.c", "xe_tlb_inval_fence_timeout"): "residual_wrapper",
        ("st-dma-fence.c", "test_error"): "residual_read",
        ("sched_entity.c", "drm_sched_entity_pop_job"): "residual_store",
    }
    found = {key: {rule for _, verdict, rule in _of(ledger_7_3, *key) if verdict == "manual"} for key in wanted}
    assert found == {key: {rule} for key, rule in wanted.items()}
    assert all(site["after"] is None for site in ledger_7_3["sites"] if site["verdict"] == "manual")


@pytest.mark.xdist_group("6.12")
def test_6_12_results_that_are_used(ledger_6_12: Ledger) -> None:
    assert _of(ledger_6_12, "ttm_bo_validate_test.c", "threaded_fence_signal") == [
        ("dma_fence_signal", "review", "check_int_errno")
    ]
    assert _of(ledger_6_12, "xe_hw_fence.c", "xe_hw_fence_irq_finish") == [
        ("dma_fence_signal_locked", "review", "check_int_truth")
    ]
    assert _of(ledger_6_12, "st-dma-fence.c", "test_signaling") == [
        ("dma_fence_signal", "review", "check_int_truth"),
        ("dma_fence_signal", "review", "check_int_truth"),
    ]


@pytest.mark.xdist_group("7.3")
def test_7_3_without_the_macro_file_calls_are_unreached_not_lost(kernel_7_3: Path, tmp_path: Path) -> None:
    bare = tmp_path / "migration"
    shutil.copytree(MIGRATION, bare)
    (bare / "kernel-macros.h").write_text("/* nothing */\n")
    paths = ("drivers/gpu/drm/panthor", "drivers/accel/rocket")
    status, ledger = _scan(kernel_7_3, "--migration", bare, *paths)
    unreached = {
        (Path(site["path"]).name, site["function"]) for site in ledger["sites"] if site["verdict"] == "unreached"
    }
    assert status == 3
    assert unreached >= {
        ("panthor_sched.c", "group_term_post_processing"),
        ("panthor_sched.c", "queue_check_job_completion"),
        ("rocket_job.c", "rocket_job_handle_irq"),
    }
    said = [site["reason"] for site in ledger["sites"] if site["verdict"] == "unreached"]
    assert all("spatch" in reason for reason in said)


@pytest.fixture(scope="module")
def repository_7_3(kernel_7_3: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the files of 7.3 that bear on the conversion: small, and quick to make."""
    top = tmp_path_factory.mktemp("linux-7.3")
    named = _run("grep", "-rlF", "--include=*.[ch]", "dma_fence", ".", cwd=kernel_7_3).stdout.split()
    for name in [*named, "MAINTAINERS", "Kbuild", "Makefile"]:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(kernel_7_3 / name, top / name)
    for arguments in (["init", "-q"], ["add", "--all", "--force", "."], ["commit", "-q", "-m", "Linux 7.3"]):
        subprocess.run(["git", "-C", top, *arguments], check=True, capture_output=True)
    return top


@pytest.fixture(scope="module")
def series_7_3(repository_7_3: Path) -> Path:
    folder = repository_7_3.parent / f"{repository_7_3.name}-series"
    done = _run(FENCEMIG, "-C", repository_7_3, "convert", "drivers/gpu", "--output", folder, "--branch", "converted")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.xdist_group("7.3")
def test_7_3_series_applies_and_a_second_run_changes_nothing(series_7_3: Path, repository_7_3: Path) -> None:
    copy = repository_7_3.parent / f"{repository_7_3.name}-applied"
    _run("git", "clone", "-q", "--branch", "main", repository_7_3, copy)
    patches = sorted(series_7_3.glob("[0-9]*.patch"))[1:]
    applied = _run("git", "am", "-q", *patches, cwd=copy)
    assert applied.returncode == 0, applied.stderr
    tree = _run("git", "rev-parse", "HEAD^{tree}", cwd=copy).stdout
    assert tree == _run("git", "rev-parse", "converted^{tree}", cwd=repository_7_3).stdout
    again = _run(FENCEMIG, "-C", copy, "convert", "--dry-run", "drivers/gpu")
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.xdist_group("7.3")
def test_7_3_every_hunk_is_explained_by_a_site(series_7_3: Path, repository_7_3: Path) -> None:
    ledger = json.loads((series_7_3 / "ledger.json").read_text())
    rewritten: dict[str, list[int]] = {}
    functions: dict[tuple[str, str], bool] = {}
    for site in ledger["sites"]:
        if site["verdict"] in ("convert", "review"):
            rewritten.setdefault(site["path"], []).append(site["line"])
            functions[site["path"], site["function"]] = True
    core, *_ = _run("git", "rev-list", "--reverse", "main..converted", cwd=repository_7_3).stdout.split()
    diff = _run("git", "diff", "-U0", core, "converted", cwd=repository_7_3).stdout
    for file in PatchSet(diff):
        for hunk in file:
            near = any(hunk.source_start - 2 <= line <= hunk.source_start + hunk.source_length + 2
                       for line in rewritten[file.path])  # fmt: skip
            declares = all(line.value.strip() in ("", "int err = 0;", "int fence_err = 0;") for line in hunk)
            assert near or declares, f"{file.path}: {hunk}"


@pytest.mark.xdist_group("7.3")
def test_7_3_checkpatch_has_nothing_to_say(series_7_3: Path, repository_7_3: Path, kernel_7_3: Path) -> None:
    patches = sorted(series_7_3.glob("[0-9]*.patch"))[1:]
    options = ("--strict", "--no-tree", "--terse", "--show-types", "--ignore", "MISSING_SIGN_OFF")
    said = _run("perl", kernel_7_3 / "scripts/checkpatch.pl", *options, *patches, cwd=repository_7_3).stdout
    complaints = [line for line in said.splitlines() if re.search(r"\b(ERROR|WARNING|CHECK):", line)]
    assert complaints == []
