# SPDX-License-Identifier: GPL-2.0-only
"""Two runs at once, on one tree and with one cache: both are right, and of one output folder one of them is told."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from faults import World, new_world
from helpers import git

from fencemig.errors import UserError
from fencemig.system.output import whole_folder

_BOTH = ("-C", "linux", "convert", "--jobs", "1")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("faults") / "world")


@contextmanager
def started(world: World, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        world.command((*_BOTH, *arguments, "drivers")),
        cwd=world.folder,
        env=world.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process


def ended(world: World, *runs: tuple[str, ...]) -> list[tuple[int, str]]:
    """Start runs at the same moment; return the status of each, and what it said."""
    with ExitStack() as stack:
        processes = [stack.enter_context(started(world, *run)) for run in runs]
        said = [process.communicate(timeout=120)[1].decode() for process in processes]
    return [(process.returncode, text) for process, text in zip(processes, said, strict=True)]


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_different_folders_and_branches(world: World, tmp_path: Path, own_cache: Path) -> None:
    here = world.copy(tmp_path / "world")
    runs = [("--output", f"out{number}", "--branch", f"topic{number}") for number in range(3)]
    assert [status for status, _ in ended(here, *runs)] == [0, 0, 0]
    made = [files(here.folder / f"out{number}") for number in range(3)]
    assert made[0] == made[1] == made[2]
    assert here.converted.keys() == {f"series/{name}" for name in made[0]}
    assert len({git(here.folder / "linux", "rev-parse", f"topic{number}") for number in range(3)}) == 1
    assert {*here.left()} == {"out0", "out1", "out2"}


def test_one_folder(world: World, tmp_path: Path) -> None:
    here = world.copy(tmp_path / "world")
    for status, said in ended(here, *[("--output", "new")] * 3):
        told = "new was made by somebody else meanwhile" in said or "new exists already" in said
        assert status == 0 or (status == 2 and told), (status, said)
    assert {f"series/{name}" for name in files(here.folder / "new")} == here.converted.keys()
    assert {*here.left()} == {"new"}


def test_one_folder_that_is_made_at_the_last_moment(tmp_path: Path) -> None:
    """What the second of two runs sees that asked before either was done."""
    with pytest.raises(UserError, match="made by somebody else"), whole_folder(tmp_path / "new", False) as draft:
        (draft.home / "file").write_text("mine")
        (tmp_path / "new").mkdir()
        (tmp_path / "new/file").write_text("theirs")
        with draft.in_place():
            raise AssertionError("it is in nobody's place")
    assert files(tmp_path / "new") == {"file": b"theirs"}
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_one_folder_by_force(world: World, tmp_path: Path) -> None:
    here = world.copy(tmp_path / "world")
    results = ended(here, *[("--force", "--output", "series")] * 2)
    assert [status for status, _ in results] == [0, 0], results
    assert here.check()
    assert here.left() == []


def test_one_branch(world: World, tmp_path: Path) -> None:
    here = world.copy(tmp_path / "world")
    results = ended(here, *[("--output", f"out{number}", "--branch", "topic") for number in range(2)])
    won = [number for number, (status, _) in enumerate(results) if status == 0]
    assert len(won) == 1, results
    status, said = results[1 - won[0]]
    assert status == 2
    assert "'topic'" in said
    assert {*here.left()} == {f"out{won[0]}"}
