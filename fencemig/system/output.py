# SPDX-License-Identifier: GPL-2.0-only
"""What is written for the user: a folder or a file appears whole or not at all. And what others wrote is read."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fencemig.errors import UserError


def check_free(folder: Path, force: bool) -> None:
    """Raise UserError when the folder is there and may not be replaced, or cannot be made."""
    if os.path.lexists(folder):
        if not force:
            raise UserError(f"{folder} exists already: name another with --output, or replace it with --force")
        if folder.is_symlink() or not folder.is_dir() or not _is_ours(folder):
            raise UserError(f"{folder} is no output folder of fencemig: it is not replaced")
    parent = folder.parent
    while not os.path.lexists(parent):
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise UserError(f"{folder} cannot be made: {parent} is not writable")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder beside `folder` that takes its place when the block ends well.

    What stood there before is replaced; on an error nothing is left and nothing is changed. Raises UserError
    when there is no room or no right to write.
    """
    made = [parent for parent in (folder.parent, *folder.parent.parents) if not os.path.lexists(parent)]
    draft = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        yield draft
        draft.chmod(0o777 & ~_umask())
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            kept = folder.rename(old / folder.name)
            try:
                draft.rename(folder)
            except BaseException:
                kept.rename(folder)
                raise
            finally:
                shutil.rmtree(old)
        else:
            draft.rename(folder)
    except BaseException as error:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
        for parent in made:
            _remove_if_empty(parent)
        if isinstance(error, OSError):
            raise UserError(f"{folder} cannot be written: {error.strerror}") from error
        raise


def write_whole(file: Path, content: bytes) -> None:
    """Write a file by way of a draft beside it; one that is there keeps its mode. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        draft.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask())
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def read_regular(file: Path) -> bytes:
    """Read a file of a folder that others made. Raises OSError, also for what would never end, or never begin."""
    if file.exists() and not file.is_file():
        raise OSError(errno.EINVAL, "is no regular file")
    return file.read_bytes()


def _is_ours(folder: Path) -> bool:
    return not any(folder.iterdir()) or (folder / "ledger.json").is_file()


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
