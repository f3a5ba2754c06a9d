# SPDX-License-Identifier: GPL-2.0-only
"""^C, SIGTERM, SIGHUP and kill -9 at random moments of a conversion: at 200 with WHOLE=1. Nothing is half done."""

import os
import random
import shutil
import signal
import subprocess
import time
from itertools import cycle, islice
from pathlib import Path

import pytest
from faults import CONVERT, WHOLE, World, new_world
from helpers import put_tool

_SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TIMES = 200 if WHOLE else 8
_SEED = 8


def running(world: World) -> list[str]:
    """The processes of our runs that are still there: their temporary files are in the world's folder."""
    found = []
    mark = f"TMPDIR={world.temporary}".encode()
    ours = f"FENCEMIG_RUN={world.temporary}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environ = (process / "environ").read_bytes()
            if mark in environ or ours in environ:
                found.append((process / "cmdline").read_bytes().decode())
        except OSError:
            continue
    return found


def gone(world: World, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while running(world):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return new_world(tmp_path_factory.mktemp("faults") / "world")


def test_a_signal_at_any_moment(world: World, tmp_path: Path, own_cache: Path) -> None:
    here = world.copy(tmp_path / "0")
    begun = time.monotonic()
    here.finish()
    length = time.monotonic() - begun
    chosen = random.Random(_SEED)
    here = world.copy(tmp_path / "1")
    for turn, number in enumerate(islice(cycle(_SIGNALS), _TIMES)):
        if turn % 2:
            shutil.rmtree(own_cache, ignore_errors=True)  # or spatch has nothing to do
        process = subprocess.Popen(
            here.command(), cwd=here.folder, env=here.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        time.sleep(length * chosen.uniform(0.05, 1))
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
        about = (turn, number, process.returncode, said)
        # At its very beginning Python has not read our handlers yet.
        assert process.returncode in (0, 130, -number), about
        assert gone(here), (about, running(here))
        try:
            replaced = here.check()
            if process.returncode == 130 and said:  # typer says nothing of what comes before the command
                assert said.endswith(b"fencemig: interrupted: nothing is half written\n")
        except AssertionError as failed:
            raise AssertionError(about) from failed
        if replaced:
            here.finish()
            here = world.copy(tmp_path / f"after-{turn}")
    here.finish()


@pytest.fixture
def hanging(tmp_path: Path) -> str:
    """A PATH with a spatch that hangs, and so does its child; neither hears what asks them to end."""
    script = f"case $* in *--version*) exec {shutil.which('spatch')} --version ;; esac\n"
    script += "trap '' TERM INT HUP; sleep 300 & wait; wait"
    return put_tool(tmp_path / "bin", "spatch", script)


def _in_spatch(here: World, hanging: str) -> "subprocess.Popen[bytes]":
    """A run that waits for a spatch that hangs."""
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(
        here.command(), cwd=here.folder, env=here.environment(PATH=hanging), stdout=nowhere, stderr=nowhere
    )
    end = time.monotonic() + 60
    while "sleep\x00300\x00" not in running(here):
        assert time.monotonic() < end, "spatch was never started"
        time.sleep(0.02)
    return process


def test_after_kill_9_nothing_runs_on(world: World, tmp_path: Path, hanging: str, own_cache: Path) -> None:
    here = world.copy(tmp_path / "world")
    process = _in_spatch(here, hanging)
    process.kill()
    process.wait()
    assert gone(here), running(here)
    assert not here.check()
    assert here.left() != []  # nobody was there any more to remove it
    here.finish()


def test_what_a_whole_group_left_when_it_was_killed_goes_with_the_next_run(
    world: World, tmp_path: Path, hanging: str, own_cache: Path
) -> None:
    here = world.copy(tmp_path / "world")
    process = _in_spatch(here, hanging)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    guardian = min(map(int, children))  # it is there before everything else
    os.kill(guardian, signal.SIGKILL)
    process.kill()
    process.wait()
    assert "sleep\x00300\x00" in running(here)
    here.finish()
    assert running(here) == []


def test_what_is_not_ours_stays(world: World, tmp_path: Path) -> None:
    here = world.copy(tmp_path / "world")
    here.environment()
    mine = ["fencemig-run-mine", "fencemig-run-mine-too", "fencemig-run-12345678x", "fencemig-", "fencemig-run-"]
    for name in mine:
        (here.temporary / name).mkdir()
    (here.temporary / "fencemig-run-abcdefgh").write_text("a file")
    (here.temporary / "fencemig-run-abcdefg_").symlink_to("fencemig-run-mine")
    (here.folder / ".fencemig-draft-of-mine").mkdir()
    done = subprocess.run(here.command(CONVERT), cwd=here.folder, env=here.environment(), capture_output=True)
    assert done.returncode == 0, done
    kept = {*mine, "fencemig-run-abcdefgh", "fencemig-run-abcdefg_", ".fencemig-draft-of-mine"}
    assert {*here.left()} == kept
