# SPDX-License-Identifier: GPL-2.0-only
"""A kernel tree, read from the disk or from a commit."""

import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fencemig.errors import UserError
from fencemig.system import git, search
from fencemig.system.cache import user_cache
from fencemig.system.subjects import last_subjects

_MARKS = ("MAINTAINERS", "Kbuild", "include/linux/dma-fence.h")
_MAKEFILE = re.compile(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(.*?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Tree:
    """A kernel tree. `commit` is None when the files on disk are read, `repository` when there is no git."""

    top: Path
    repository: git.Repository | None
    commit: str | None

    def read(self, path: str) -> bytes | None:
        """The content of a regular file, or None: no such file, a folder, a symbolic link."""
        if self.commit is not None and self.repository is not None:
            blob = self.repository.read_blob(self.commit, path)
            return None if blob is None else blob.data
        file = self.top / path
        try:
            return file.read_bytes() if stat.S_ISREG(file.lstat().st_mode) else None
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UserError(f"{path}: {error.strerror}") from error

    def mode(self, path: str) -> str:
        """git's mode of a regular file."""
        if self.commit is not None and self.repository is not None:
            blob = self.repository.read_blob(self.commit, path)
            return "100644" if blob is None else blob.mode
        return "100755" if (self.top / path).lstat().st_mode & stat.S_IXUSR else "100644"

    def mentioning(self, words: Sequence[str]) -> list[str]:
        """The .c and .h files of the whole tree that have one of the words in them, sorted."""
        if self.commit is not None and self.repository is not None:
            return search.in_commit(self.repository, self.commit, words, user_cache())
        return search.on_disk(self.top, self._folders, words, user_cache())

    @cached_property
    def _folders(self) -> dict[str, search.Folder]:
        """What is on disk, as it was when somebody first searched."""
        return search.folders_of(self.top)

    def exists(self, path: str) -> bool:
        """Whether a file or a folder is there."""
        if path == "." or self.commit is None or self.repository is None:
            return (self.top / path).exists()
        return bool(self.repository.git("ls-tree", "--name-only", self.commit, "--", path))

    def last_subjects(self, paths: Sequence[str], count: int) -> dict[str, tuple[str, ...]]:
        """For each path up to `count` subjects of the commits that changed it; nothing where files on disk are read."""
        if self.commit is None or self.repository is None:
            return {}
        return last_subjects(self.repository, self.commit, paths, count)

    @property
    def version(self) -> str | None:
        """The kernel's version by its Makefile, for example "7.3.4"; None without one."""
        makefile = (self.read("Makefile") or b"").decode(errors="replace")
        found: dict[str, str] = dict(_MAKEFILE.findall(makefile))
        numbers = [found.get(name, "") for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL")]
        return ".".join(filter(None, numbers)) + found.get("EXTRAVERSION", "") if numbers[0] else None


def top_of(start: Path) -> Path:
    """The kernel tree around a folder. Raises UserError when there is none."""
    for folder in (start, *start.parents):
        if _is_kernel(folder):
            return folder
    raise UserError(f"{start} is in no kernel tree: name one with -C DIR ({', '.join(_MARKS)} mark it)")


def open_tree(top: Path, base: str | None) -> Tree:
    """Open a kernel tree: its files on disk, or those of the commit `base`.

    Raises UserError when it is no kernel tree, or when there is no such commit.
    """
    if not top.is_dir():
        raise UserError(f"{top} is no folder")
    top = top.resolve()
    repository = git.discover(top)
    commit = None if base is None or repository is None else repository.resolve(base)
    tree = Tree(top, repository, commit)
    missing = next((mark for mark in _MARKS if tree.read(mark) is None), None)
    if missing is not None:
        where = top if commit is None else f"{top} at {base}"
        raise UserError(f"{where} is no kernel tree: it has no {missing}{_advice(tree, missing)}")
    if base is not None and repository is None:
        raise UserError(f"{top} is not the top of a git repository: there is no commit {base!r} to read")
    return tree


def _advice(tree: Tree, missing: str) -> str:
    """What to do about a file that is missing in a kernel's repository, when that can be seen."""
    if (tree.top / "HEAD").is_file() and (tree.top / "objects").is_dir():
        return ", for this is a bare repository: make a work tree with git worktree add, and name that"
    if tree.repository is not None and tree.commit is None and tree.repository.is_left_out(missing):
        return ", which a sparse checkout leaves out: read the commit with --base HEAD"
    return ""


def _is_kernel(folder: Path) -> bool:
    return all((folder / mark).is_file() for mark in _MARKS)
