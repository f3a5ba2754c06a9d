# SPDX-License-Identifier: GPL-2.0-only
"""What is written for the user: a folder or a file appears whole or not at all. And what others wrote is read."""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fencemig.errors import UserError
from fencemig.system.claimed import claimed

_DRAFT = ".fencemig-draft-"
_LIBC = ctypes.CDLL(None, use_errno=True)
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


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


class Draft:
    """A folder that is to take the place of another: `home` is where its content is until then."""

    def __init__(self, home: Path, folder: Path, replace: bool) -> None:
        self.home = home
        self._folder = folder
        self._replace = replace

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put the folder where it belongs. When the block fails, all is as it was before, or the error says
        what is not."""
        self.home.chmod(0o777 & ~_umask())
        replaces = self._replace and self._folder.exists()
        self._put(replaces)
        try:
            yield
        except BaseException as error:
            try:
                if replaces:
                    _exchange(self.home, self._folder)
                else:
                    self._folder.rename(self.home)
            except OSError:
                raise UserError(f"{error}; {self._folder} has the new files all the same") from error
            raise

    def _put(self, replaces: bool) -> None:
        if replaces:
            _exchange(self.home, self._folder)
            return
        try:
            self.home.rename(self._folder)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise UserError(f"{self._folder} was made by somebody else meanwhile: it is not replaced") from error
            raise


@contextmanager
def whole_folder(folder: Path, replace: bool) -> Iterator[Draft]:
    """A draft of a folder, beside it; of one that is not put into its place nothing is left.

    With `replace` it replaces what is there. Raises UserError when there is no room or no right to write.
    """
    made = [parent for parent in (folder.parent, *folder.parent.parents) if not os.path.lexists(parent)]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with claimed(folder.parent, _DRAFT) as beside:
            home = beside / "folder"
            home.mkdir()
            yield Draft(home, folder, replace)
    except BaseException as error:
        for parent in made:
            _remove_if_empty(parent)
        if isinstance(error, OSError):
            raise UserError(f"{folder} cannot be written: {error.strerror}") from error
        raise


def write_whole(file: Path, content: bytes) -> None:
    """Write a file by way of a draft beside it; one that is there keeps its mode. Raises OSError."""
    with claimed(file.parent, _DRAFT) as beside:
        draft = beside / "file"
        draft.write_bytes(content)
        draft.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask())
        draft.replace(file)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change places, in one step where the file system can. Raises OSError."""
    paths = [argument for path in (one, other) for argument in (_AT_FDCWD, os.fsencode(path.absolute()))]
    if _LIBC.renameat2(*paths, _RENAME_EXCHANGE) == 0:
        return
    failed = ctypes.get_errno()
    if failed != errno.EINVAL:
        raise OSError(failed, os.strerror(failed), str(other))
    spare = one.with_name("spare")
    other.rename(spare)
    try:
        one.rename(other)
    except BaseException:
        spare.rename(other)
        raise
    spare.rename(one)


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
