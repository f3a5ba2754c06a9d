# SPDX-License-Identifier: GPL-2.0-only
"""Fixtures for all tests: a sealed environment, the kernels of kernel_fixtures, and real kernel trees."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from helpers import one_driver

pytest_plugins = ("review_pages",)

PROJECT = Path(__file__).resolve().parent.parent


# Where what was fetched stays; read before HOME is sealed.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fencemig"
KERNELS = Path(os.environ.get("FENCEMIG_KERNELS") or CACHE / "kernels").expanduser().resolve()

_GIT_CONFIG = """\
[user]
	name = Test Person
	email = test@example.org
[init]
	defaultBranch = main
"""
# What changes how tools write or what they date, besides git's own variables.
_UNSET = (
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "EMAIL",
    "FORCE_COLOR",
    "FORCE_HYPERLINK",
    "GITHUB_ACTIONS",
    "LANG",
    "LANGUAGE",
    "LESS",
    "LINES",
    "LV",
    "NO_COLOR",
    "PAGER",
    "PY_COLORS",
    "SOURCE_DATE_EPOCH",
    "TERM_PROGRAM",
    "VTE_VERSION",
    "WT_SESSION",
)


def _seal(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    for name in [*_UNSET, *(name for name in os.environ if name.startswith(("GIT_", "XDG_")))]:
        monkeypatch.delenv(name, raising=False)
    config = home / "gitconfig"
    config.write_text(_GIT_CONFIG)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture(scope="session")
def _run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a temporary folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def _sealed_session(tmp_path_factory: pytest.TempPathFactory, _run_folder: Path) -> Iterator[None]:
    """Seal what fixtures of session scope run in."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        home = tmp_path_factory.mktemp("home")
        _seal(monkeypatch, home)
        _share_results(home, _run_folder)
        yield


@pytest.fixture(autouse=True)
def _sealed(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, _run_folder: Path) -> Path:
    """Give each test a home, a cache and a git configuration of its own; return the home."""
    home = tmp_path_factory.mktemp("home")
    _seal(monkeypatch, home)
    _share_results(home, _run_folder)
    return home


def _share_results(home: Path, run_folder: Path) -> None:
    """Let the cache keep what spatch made of a text for all tests of a run: most convert the same fixtures."""
    shared = run_folder / "spatch"
    shared.mkdir(exist_ok=True)
    (home / "cache/fencemig").mkdir(parents=True)
    (home / "cache/fencemig/spatch").symlink_to(shared)


@pytest.fixture
def own_cache(_sealed: Path) -> Path:
    """Give a test an empty cache that no other test fills, because spatch is to run; return its folder."""
    folder = _sealed / "cache/fencemig/spatch"
    folder.unlink()
    return folder


def _fetched(there: Path, what: str, command: Sequence[str | Path], run_folder: Path) -> None:
    """See that a file is there, by a command that fetches it; without it, skip, or fail where CI is set.

    The workers of pytest-xdist come here at the same time: one tries, the others wait for what came of it.
    """
    if there.exists():
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    refusal = run_folder / f"no-{what}"
    with (CACHE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not there.exists() and not refusal.exists():
            fetched = subprocess.run(command, capture_output=True, text=True, check=False)
            if fetched.returncode == 0:
                return
            refusal.write_text(fetched.stderr.strip() or f"exit status {fetched.returncode}")
    if there.exists():
        return
    reason = f"no {what} to be had: {refusal.read_text().splitlines()[0]}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _real_kernel(version: str, run_folder: Path) -> Path:
    """Return the real tree."""
    tree = KERNELS / f"linux-source-{version}"
    fetch = (PROJECT / "tools/get-kernel", version, KERNELS)
    _fetched(tree / "MAINTAINERS", f"linux-{version}", fetch, run_folder)
    return tree


@pytest.fixture(scope="session")
def spatch_1_3(_run_folder: Path) -> Path:
    """Return the folder of a spatch 1.3, to come first in PATH."""
    folder = CACHE / "spatch-1.3"
    _fetched(folder / "spatch", "spatch-1.3", (PROJECT / "tools/get-spatch", "1.3", folder), _run_folder)
    return folder


@pytest.fixture(scope="session")
def kernel_7_3(_run_folder: Path) -> Path:
    """Return a pristine Linux 7.3, the void generation. Only to be read: all tests share it."""
    return _real_kernel("7.3", _run_folder)


@pytest.fixture(scope="session")
def kernel_6_12(_run_folder: Path) -> Path:
    """Return a pristine Linux 6.12, the int generation. Only to be read: all tests share it."""
    return _real_kernel("6.12", _run_folder)


class KernelTree(Protocol):
    """Makes a copy of a fixture kernel."""

    def __call__(self, generation: str = "void", git: bool = True) -> Path: ...


@pytest.fixture
def kernel_tree(tmp_path: Path) -> KernelTree:
    """Return a maker of copies of kernel_fixtures/tree/GENERATION; with git, a repository of one commit."""

    def make(generation: str = "void", git: bool = True) -> Path:
        tree = tmp_path / f"linux-{generation}"
        shutil.copytree(PROJECT / "kernel_fixtures/tree" / generation, tree)
        if git:
            date = "2026-01-01T00:00:00Z"
            env = os.environ | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
            for arguments in (["init"], ["add", "--all", "--force", "."], ["commit", "-m", "A small kernel"]):
                subprocess.run(["git", "-C", tree, *arguments], env=env, check=True, capture_output=True)
        return tree

    return make


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a kernel with a single driver, in a repository. Tests may add output folders, and nothing else."""
    return one_driver(tmp_path_factory.mktemp("kernel"))
