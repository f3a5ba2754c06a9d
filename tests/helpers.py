# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the command line share: small kernels, runs of the real program, stand-ins for spatch."""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
FENCEMIG = str(Path(sys.executable).with_name("fencemig"))

# Enough for several subsystems and every verdict, and a few seconds of spatch.
_SMALL = (
    "drivers/accel",
    "drivers/dma-buf/dma-fence.c",
    "drivers/gpu/drm/plover",
    "drivers/gpu/host1x",
    "drivers/iio",
    "include",
    "Kbuild",
    "MAINTAINERS",
    "Makefile",
)
_DATE = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Run:
    """A run of fencemig that ended; `left` names what it left in its folder for temporary files."""

    status: int
    out: bytes
    err: str
    left: tuple[str, ...]

    @property
    def ledger(self) -> Any:
        return json.loads(self.out)


def environment(extra: Mapping[str, str | None]) -> dict[str, str]:
    """The environment of the tests with changes; None takes a variable away."""
    return {name: value for name, value in {**os.environ, **extra}.items() if value is not None}


def fencemig(cwd: Path, *arguments: str | Path, **extra: str | None) -> Run:
    """Run the installed program in a folder, with changes of the environment, and hold it to what always holds."""
    temporary = cwd.parent / f"tmp-of-{cwd.name}"
    temporary.mkdir(exist_ok=True)
    env = environment({"TMPDIR": str(temporary), **extra})
    done = subprocess.run([FENCEMIG, *map(str, arguments)], cwd=cwd, env=env, capture_output=True, check=False)
    left = tuple(path.name for path in temporary.iterdir())
    shutil.rmtree(temporary)
    run = Run(done.returncode, done.stdout, done.stderr.decode(), left)
    assert "Traceback" not in run.err, run.err
    assert run.status == 1 or not left, left  # a log is left behind when a tool fails, and nothing else ever
    return run


def refused(run: Run, *words: str) -> None:
    """Hold a run to how every refusal looks: exit status 2, one clear message, nothing on stdout."""
    assert run.status == 2, run
    assert run.out == b""
    assert run.err.startswith("fencemig: error: ")
    assert len(run.err.splitlines()) == 1, run.err
    for word in words:
        assert word in run.err


def patches(series: Path) -> list[Path]:
    """The patches of a series in a folder, without the cover letter."""
    return sorted(path for path in series.glob("*.patch") if not path.name.startswith("0000"))


def git(folder: Path, *arguments: str, stdin: bytes = b"", **extra: str) -> str:
    """Run git and return what it wrote, stripped."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, env=os.environ | extra, input=stdin, capture_output=True, check=True)
    return done.stdout.decode(errors="surrogateescape").strip()


def commit(tree: Path, subject: str = "A small kernel") -> str:
    """Commit all that is in a tree, and return the commit's hash."""
    if not (tree / ".git").exists():
        git(tree, "init")
    git(tree, "add", "--all", "--force", ".")
    git(tree, "commit", "-m", subject, GIT_AUTHOR_DATE=_DATE, GIT_COMMITTER_DATE=_DATE)
    return git(tree, "rev-parse", "HEAD")


def small_kernel(folder: Path, *, parts: Iterable[str] = _SMALL, with_git: bool = True) -> Path:
    """Copy a part of the void fixture kernel into `folder`/linux."""
    tree = folder / "linux"
    for name in parts:
        source, target = PROJECT / "kernel_fixtures/tree/void" / name, tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    if with_git:
        commit(tree)
    return tree


def one_driver(folder: Path, *, with_git: bool = True) -> Path:
    """The same, with a single driver: quick to convert."""
    tree = small_kernel(folder, with_git=False)
    for name in ("accel", "gpu/drm", "iio"):
        shutil.rmtree(tree / "drivers" / name)
    if with_git:
        commit(tree)
    return tree


def driver(body: str) -> str:
    """The text of a driver with one function."""
    return f"#include <linux/dma-fence.h>\n\nvoid finch_done(struct dma_fence *f, int c)\n{{\n{body}}}\n"


def add(tree: Path, path: str, text: str | bytes) -> None:
    """Write a file into a tree."""
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_bytes(text if isinstance(text, bytes) else text.encode())


def snapshot(folder: Path) -> dict[str, tuple[object, ...]]:
    """What is in a folder, to the last bit: types, modes, times of writing, contents, targets of links."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        kind: tuple[object, ...] = (state.st_mode, state.st_mtime_ns)
        if path.is_symlink():
            kind = (*kind, str(path.readlink()))
        elif path.is_file():
            kind = (*kind, hashlib.sha256(path.read_bytes()).hexdigest())
        found[str(path.relative_to(folder))] = kind
    return found


def verdicts(sites: list[dict[str, Any]]) -> dict[str, int]:
    """How many sites have each verdict."""
    return dict(Counter(site["verdict"] for site in sites))


def put_tool(folder: Path, name: str, script: str) -> str:
    """Write an executable script, and return a PATH in which it comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def path_without(folder: Path, *missing: str) -> str:
    """A PATH that has the tools that fencemig runs, but for some."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in {"git", "grep", "perl", "spatch", "sh"} - set(missing):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return str(folder)


def clone_at(tree: Path, base: str, folder: Path) -> Path:
    """Make a clone of a tree with a branch at a commit."""
    git(tree, "clone", "--quiet", "--no-checkout", str(tree), str(folder))
    git(folder, "checkout", "--quiet", "-b", "applied", base)
    return folder


def apply_as_told(run: Run, tree: Path, clone: Path) -> None:
    """Run the command that the end of the conversion tells, in a clone."""
    told = re.search(r"apply them with: (git am .*)$", run.err, re.MULTILINE)
    assert told, run.err
    command = told[1].replace("outgoing/", f"{shlex.quote(str(tree))}/outgoing/")
    done = subprocess.run(["sh", "-c", command], cwd=clone, capture_output=True, check=False)
    assert done.returncode == 0, done
