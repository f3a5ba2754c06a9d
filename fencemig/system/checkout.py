# SPDX-License-Identifier: GPL-2.0-only
"""The one checkout of a whole kernel, in the user's cache: what the compiler needs, reused and never two of it."""

import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from fencemig.errors import UserError
from fencemig.system.git import Blob
from fencemig.system.kernel import Tree
from fencemig.system.scratch import environment, init, run_git


def cache_folder() -> Path:
    """Where the checkout and the build folders are."""
    return platformdirs.user_cache_path("fencemig") / "verify"


class Checkout:
    """A work tree of a base commit with files of a series on top of it. It goes at the end, unless `keep` is set."""

    def __init__(self, folder: Path, base: Tree, keep: bool) -> None:
        self.keep = keep
        self.top = (folder / "linux").resolve()  # as the files are called in what kbuild and the compiler say
        self.builds = folder / "build"
        self._base = base
        self._on_top: dict[str, Blob | None] = {}

    def switch(self, files: Mapping[str, Blob | None]) -> None:
        """Make the work tree the base with these files (None: gone). Only what differs is written."""
        for path in sorted({*self._on_top, *files}):
            wanted = files[path] if path in files else self._at_base(path)
            if path in self._on_top and self._on_top[path] == wanted:
                continue
            target = self.top / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.parent.resolve().is_relative_to(self.top):
                raise UserError(f"{path} is below a symbolic link of the tree: it is not written")
            target.unlink(missing_ok=True)  # it may be a link itself
            if wanted is not None:
                target.write_bytes(wanted.data)
                target.chmod(0o755 if wanted.mode == "100755" else 0o644)
        self._on_top = dict(files)

    def read(self, path: str) -> bytes | None:
        """The content of a file as it is now, or None."""
        file = self.top / path
        return file.read_bytes() if file.is_file() else None

    def names(self, folder: str) -> list[str]:
        """What is in a folder, sorted; nothing when there is none."""
        return sorted(one.name for one in (self.top / folder).iterdir()) if (self.top / folder).is_dir() else []

    def _at_base(self, path: str) -> Blob | None:
        content = self._base.read(path)
        return None if content is None else Blob(self._base.mode(path), content)


@contextmanager
def checkout(base: Tree, keep: bool) -> Iterator[Checkout]:
    """Check a commit out into the cache, where only what differs from the last one is written.

    After a failure and an interruption it stays in any case, so that the next run goes on. Raises UserError when
    another verify uses it.
    """
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError(f"another fencemig verify uses {folder}: wait for it to end") from error
        made = Checkout(folder, base, keep)
        _check_out(made.top, folder / "linux.git", base)
        yield made
        if not made.keep:
            _clean(folder)


def clean() -> int:
    """Remove the checkout and the build folders; return how many bytes that freed."""
    folder = cache_folder()
    size = sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_dir())
    shutil.rmtree(folder, ignore_errors=True)
    return size


def _clean(folder: Path) -> None:
    for name in ("linux", "linux.git", "build"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _check_out(top: Path, repository: Path, base: Tree) -> None:
    """The files of the base, whatever stood there before, with nothing else beside them."""
    assert base.repository is not None and base.commit is not None
    top.mkdir(exist_ok=True)
    env = environment({"GIT_DIR": str(repository), "GIT_WORK_TREE": str(top)})
    init(repository, base.repository.objects)
    (repository / "index.lock").unlink(missing_ok=True)  # of a run that was killed; ours is the only one
    run_git(("read-tree", "--reset", "-u", base.commit), top, env)
    run_git(("checkout-index", "--all", "--force", "--quiet", "--index"), top, env)
    run_git(("clean", "-ffdxq"), top, env)
