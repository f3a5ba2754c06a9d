# SPDX-License-Identifier: GPL-2.0-only
"""Disks that fill up, become read-only or fail, and kill -9, at the writes of a conversion: at all, with WHOLE=1."""

import errno
import random
import signal
import subprocess
from pathlib import Path

import pytest
from faults import WHOLE, World, new_world

_SOURCE = Path(__file__).with_name("faults.c")
_SEED = 8
_SAMPLE = 4  # of each kind, without WHOLE
_EVER = 1_000_000
_KILLED = 128 + signal.SIGKILL


@pytest.fixture(scope="module")
def injector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("bin") / "faults"
    subprocess.run(["gcc", "-O1", "-Wall", "-Werror", "-o", program, _SOURCE], check=True)
    return program


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("faults") / "world")


def inject(injector: Path, world: World, first: int, last: int, what: int) -> tuple[int, str, list[str]]:
    """Run a conversion with a fault, and return its status, what it said, and its writes."""
    report = world.folder.with_name("report")
    command = [str(injector), str(first), str(last), str(what), str(report), *world.command()]
    done = subprocess.run(
        command, cwd=world.folder, env=world.environment(), capture_output=True, check=False, timeout=120
    )
    return done.returncode, done.stderr.decode(), report.read_text().splitlines()


def moments(count: int) -> list[int]:
    """The numbers of the writes to look at: all, or some, spread over them."""
    if WHOLE:
        return list(range(1, count + 1))
    chosen = random.Random(_SEED)
    return [chosen.randint(1 + count * part // _SAMPLE, count * (part + 1) // _SAMPLE) for part in range(_SAMPLE)]


def number_of_writes(injector: Path, world: World, folder: Path) -> int:
    status, said, writes = inject(injector, world.copy(folder), 0, 0, 0)
    assert status == 0, said
    assert any("/series/" in line or ".fencemig-draft-" in line for line in writes)
    assert any(".git/refs/heads/new.lock" in line for line in writes)
    return len(writes)


@pytest.mark.parametrize(
    ("error", "once"), [(errno.ENOSPC, False), (errno.ENOSPC, True), (errno.EROFS, False), (errno.EIO, True)]
)
def test_a_write_that_fails(error: int, once: bool, injector: Path, world: World, tmp_path: Path) -> None:
    count = number_of_writes(injector, world, tmp_path / "whole")
    for moment in moments(count):
        here = world.copy(tmp_path / f"{moment}")
        status, said, writes = inject(injector, here, moment, moment if once else _EVER, error)
        about = (writes[moment - 1 : moment], status, said)
        assert "Traceback" not in said, about
        assert "this is a bug" not in said, about
        assert status in (0, 1, 2), about
        if status:
            assert "fencemig: error: " in said, about
        try:
            stuck = status != 0 and "has the new files all the same" in said
            assert here.check() is (status == 0 or stuck), about
            assert here.left() == [], about
        except AssertionError as failed:
            raise AssertionError(about) from failed


def test_kill_9_at_a_write(injector: Path, world: World, tmp_path: Path) -> None:
    count = number_of_writes(injector, world, tmp_path / "whole")
    here = world.copy(tmp_path / "killed")
    for moment in moments(count):
        status, said, writes = inject(injector, here, moment, moment, -signal.SIGKILL)
        about = (writes[moment - 1 : moment], status, said)
        assert status == (_KILLED if writes[moment - 1 :] else 0), about  # objects that are there are not written again
        try:
            replaced = here.check()
        except AssertionError as failed:
            raise AssertionError(about) from failed
        if replaced:
            here.finish()
            here = world.copy(tmp_path / f"killed-{moment}")
    here.finish()
