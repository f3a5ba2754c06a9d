# SPDX-License-Identifier: GPL-2.0-only
"""What keeps memory small in trees with thousands of files changes nothing but memory."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from helpers import PROJECT, add, commit, small_kernel

from fencemig import fences, functions, ledger, pipeline, places, source, syntax, types
from fencemig.commands.shared import Options, asked, ledger_of, survey_of
from fencemig.errors import UserError
from fencemig.model import Change
from fencemig.pipeline import Survey
from fencemig.system import shelf
from fencemig.system.cache import user_cache

_LENGTH: Callable[[bytes], int] = len

# What is kept at all, of each kind, and how names are told from each other.
SMALL: list[tuple[ModuleType, str, object]] = [
    (syntax, "_KEPT", 1),
    (shelf, "_IN_MEMORY", 1),
    (shelf, "_AT_HAND", 1),
    *((module, "_RECENT", 1) for module in (fences, places)),
    *((module, "_NEAR", 1) for module in (types, source)),
    (types, "_OFTEN", 1),
    (functions, "crc32", _LENGTH),
    (functions, "_RUN", 3),
]
KERNEL = PROJECT / "kernel_fixtures/tree/void"


def _told(found: Survey) -> tuple[str, list[Change], dict[str, object]]:
    return ledger.as_json(ledger_of(found)), list(found.changes), dict(found.subsystems)


def surveyed(*paths: str) -> tuple[str, list[Change], dict[str, object]]:
    options = Options(KERNEL, paths, None, 2, 60, None)
    return _told(survey_of(asked(options), options))


@pytest.fixture
def said_by_spatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known but what spatch said."""
    known = user_cache()
    assert known is not None
    (tmp_path / "fencemig").mkdir()
    (tmp_path / "fencemig/spatch").symlink_to(known.folder / "spatch")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.parametrize("paths", [(".",), ("drivers/gpu/drm/acme", "drivers/usb")], ids=["all", "some"])
def test_little_is_kept_and_the_result_is_the_same(
    paths: tuple[str, ...], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = surveyed(*paths)
    assert expected[0].count('"id"') > 10 and len(expected[1]) > 2
    request.getfixturevalue("said_by_spatch")
    syntax._trees.cache_clear()
    for module, name, value in SMALL:
        assert getattr(module, name) != value
        monkeypatch.setattr(module, name, value)
    try:
        assert surveyed(*paths) == expected
    finally:
        syntax._trees.cache_clear()


def test_files_go_to_spatch_a_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = surveyed("drivers/gpu/drm")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(pipeline, "_TOGETHER", 3)
    monkeypatch.setattr(pipeline, "_EACH", 1)
    assert surveyed("drivers/gpu/drm") == expected


def test_a_bad_migration_ends_the_run_while_files_are_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(pipeline, "_TOGETHER", 1)
    monkeypatch.setattr(pipeline, "_EACH", 1)
    monkeypatch.setattr(pipeline, "_reported", lambda *given: fail())

    def fail() -> None:
        raise UserError("no such rule")

    with pytest.raises(UserError, match="no such rule"):
        surveyed(".")
    assert not list(tmp_path.glob("fencemig-*"))


def test_a_tree_may_hand_fences_to_more_functions_than_a_command_line_holds(tmp_path: Path) -> None:
    """Their names are looked for in the whole tree; so they must not go through a command line."""
    kernel = small_kernel(tmp_path / "kernel")
    body = "{\n\tdma_fence_signal(f);\n}\n\n"
    long = "_".join(["thrush"] * 12)
    many = "".join(f"void {long}_{number}(struct dma_fence *f)\n{body}" for number in range(25_000))
    add(kernel, "drivers/gpu/drm/thrush.c", f"#include <linux/dma-fence.h>\n\n{many}")
    caller = f"static void warble(struct warbler *w)\n{{\n\t{long}_24999(w->song);\n}}\n"
    add(kernel, "drivers/gpu/warble.c", caller)
    commit(kernel, "thrush")
    for base in (None, "HEAD"):
        options = Options(kernel, ("drivers/gpu/host1x",), base, 2, 60, None)
        callers = survey_of(asked(options), options).stores.tracer.near("drivers/gpu")
        assert "drivers/gpu/warble.c" in [source.path for source in callers]
