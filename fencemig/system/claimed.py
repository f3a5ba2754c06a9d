# SPDX-License-Identifier: GPL-2.0-only
"""Folders that go when their run ends, however it ends: what a killed run left is removed by the next one."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from fencemig.errors import UserError
from fencemig.system.guardian import end_processes, guardian
from fencemig.system.process import delayed

_RUN = "fencemig-run-"
_RANDOM = re.compile(r"[a-z0-9_]{8}")  # what mkdtemp() appends


@contextmanager
def claimed(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder in `parent` that is ours until the block ends. Those that killed runs left there are removed first.

    It is locked as long as we live: the system takes the lock away, whatever kills us. Raises OSError.
    """
    _sweep(parent, prefix)
    with ExitStack() as stack:
        with delayed():  # until it is known what to remove
            folder, lock = _claim(parent, prefix)
            stack.callback(_release, folder, lock)
        yield folder


def temporary() -> Path:
    """The folder for temporary files: that of TMPDIR or /tmp, and never another one in place of a full one."""
    return Path(os.environ.get("TMPDIR") or "/tmp").absolute()


@contextmanager
def own_folder() -> Iterator[None]:
    """Put all temporary files of a run into one folder, and its processes under a guardian.

    Raises UserError when there can be no temporary files.
    """
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(claimed(temporary(), _RUN))
        except OSError as error:
            raise UserError(
                f"no temporary files can be written to {temporary()}: {error.strerror}; name another folder in TMPDIR"
            ) from error
        stack.enter_context(guardian(folder))
        before, tempfile.tempdir = tempfile.tempdir, str(folder)
        stack.callback(setattr, tempfile, "tempdir", before)
        yield


def _claim(parent: Path, prefix: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            with suppress(OSError):  # a file system without locks: nobody will get one there, and remove it
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)
        # Another run found it before it was locked, and took it for an abandoned one.


def _release(folder: Path, lock: int) -> None:
    with delayed():
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _sweep(parent: Path, prefix: str) -> None:
    """Remove what is called like ours, belongs to us and is locked by nobody, and end what is running for it."""
    with suppress(OSError):  # a folder that cannot be listed
        for folder in parent.iterdir():
            if folder.name.startswith(prefix) and _RANDOM.fullmatch(folder.name.removeprefix(prefix)):
                with suppress(OSError):  # locked, gone, a file, a link, or somebody else's
                    _remove_abandoned(folder)


def _remove_abandoned(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(lock).st_uid == os.geteuid():
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            end_processes(folder)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
