# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of faults share: a kernel with an earlier output beside it, and what a run must leave of both.

A run is asked for everything that writes at once: a series in place of an earlier one, and a branch.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers import FENCEMIG, environment, fencemig, git, one_driver, snapshot

CONVERT = ("-C", "linux", "convert", "--jobs", "1", "--force", "--branch", "new", "--output", "series", "drivers")
WHOLE = bool(os.environ.get("WHOLE"))  # all faults, which takes half an hour, and not a few of them

State = dict[str, tuple[object, ...]]


@dataclass(frozen=True)
class World:
    """A folder with the kernel `linux` and the earlier output `series`; runs have their temporary files in `tmp`."""

    folder: Path
    before: State
    converted: State  # what `series` is after a run that ended well

    @property
    def temporary(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}-tmp")

    def command(self, arguments: Sequence[str] = CONVERT) -> list[str]:
        return [FENCEMIG, *arguments]

    def environment(self, **extra: str) -> dict[str, str]:
        self.temporary.mkdir(exist_ok=True)
        return environment({"TMPDIR": str(self.temporary), **extra})

    def check(self) -> bool:
        """Hold what there is against the invariants; return whether the earlier output has been replaced."""
        now = _content(self.folder)
        series = _below(now, "series/")
        replaced = series == self.converted
        assert replaced or series == _below(self.before, "series/"), "the output folder is neither old nor new"
        # The branch comes last, and objects that nothing names are nobody's loss.
        branch = {"linux/.git/refs/heads/new", "linux/.git/logs/refs/heads/new"} if replaced else set()
        for path in {*now, *self.before} - branch:
            if not path.startswith(("linux/.git/objects/", "series/", "series", ".fencemig-draft-")):
                assert now.get(path) == self.before.get(path), path
        return replaced

    def left(self) -> list[str]:
        """Temporary files that are there, beside the output or where they belong; logs are meant to stay."""
        found = [*self.temporary.iterdir(), *self.folder.iterdir()]
        return [path.name for path in found if path.suffix != ".log" and path.name not in ("linux", "series")]

    def finish(self) -> None:
        """The next run: it does what it is asked for, and of the runs before it nothing is left."""
        for file in ("refs/heads/new", "logs/refs/heads/new"):
            (self.folder / "linux/.git" / file).unlink(missing_ok=True)
        done = subprocess.run(self.command(), cwd=self.folder, env=self.environment(), capture_output=True, check=False)
        assert done.returncode == 0, done
        assert self.check()
        assert git(self.folder / "linux", "branch", "--list", "new")
        assert self.left() == []
        git(self.folder / "linux", "fsck", "--strict", "--no-dangling")

    def copy(self, folder: Path) -> "World":
        """The same, as it was in the beginning, elsewhere."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return World(folder, self.before, self.converted)


def new_world(folder: Path) -> World:
    """Make a world, of a kernel with one driver. What spatch makes of it is in the cache then."""
    folder.mkdir()
    one_driver(folder)
    for extra in ((), ("--rfc",)):
        run = fencemig(folder, "-C", "linux", "convert", "--force", *extra, "--output", "series", "drivers")
        assert run.status == 0, run
        if not extra:
            converted = _below(_content(folder), "series/")
    return World(folder, _content(folder), {path: (mode, *rest) for path, (mode, *rest) in converted.items()})


def _content(folder: Path) -> State:
    """All but the times of folders, in which lock files come and go, and of the output, which is made anew."""
    found = {}
    for path, (mode, written, *rest) in snapshot(folder).items():
        timeless = (folder / path).is_dir() or path.startswith("series/")
        found[path] = (mode, *rest) if timeless else (mode, written, *rest)
    return found


def _below(state: State, start: str) -> State:
    return {path: about for path, about in state.items() if path.startswith(start)}
