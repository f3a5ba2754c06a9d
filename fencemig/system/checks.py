# SPDX-License-Identifier: GPL-2.0-only
"""A series applied as a maintainer would, and the kernel's own scripts run on it. No checkout: only touched files.

Applying looks at nothing but the files that a patch touches, so `git am` on a repository of these proves the same
as on the whole tree.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fencemig.errors import ToolError, UserError
from fencemig.system.git import Blob
from fencemig.system.kernel import Tree
from fencemig.system.process import run
from fencemig.system.scratch import Commit, Identity, Scratch, environment, run_git, scratch
from fencemig.verify.complaints import Complaint, of_checkpatch, of_kernel_doc

_NOBODY = Identity("fencemig <fencemig@localhost> 0 +0000", "fencemig <fencemig@localhost> 0 +0000")
_COMMITTER = {"GIT_COMMITTER_NAME": "fencemig", "GIT_COMMITTER_EMAIL": "fencemig@localhost"}
# What checkpatch.pl and kernel-doc read besides themselves, in 6.12 and 7.x.
_SCRIPTS = ("scripts", "tools/docs/kernel-doc", "tools/lib/python")
_PATIENCE = 600.0  # seconds for one script


@dataclass(frozen=True)
class Applied:
    """What a patch did: the files that it changed as they were and as they are now (None: not there), and the full
    hashes of the latter.
    """

    before: Mapping[str, Blob | None]
    after: Mapping[str, Blob | None]
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Converted(Tree):
    """A tree with changed files on top of a commit: the result of a series without a checkout."""

    files: Mapping[str, Blob | None] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """The content of a regular file, or None."""
        if path in self.files:
            blob = self.files[path]
            return None if blob is None else blob.data
        return super().read(path)

    def mode(self, path: str) -> str:
        """git's mode of a regular file."""
        blob = self.files.get(path)
        return super().mode(path) if blob is None else blob.mode

    def mentioning(self, words: Sequence[str]) -> list[str]:
        """The .c and .h files of the whole tree that have one of the words in them, sorted."""
        kept = set(super().mentioning(words)) - set(self.files)
        patterns = [word.encode() for word in words]
        kept |= {
            path
            for path, blob in self.files.items()
            if blob is not None and path.endswith((".c", ".h")) and any(word in blob.data for word in patterns)
        }
        return sorted(kept)

    def exists(self, path: str) -> bool:
        """Whether a file or a folder is there."""
        return any(name == path or name.startswith(f"{path}/") for name in self.files) or super().exists(path)


class Applier:
    """Applies mails one after the other, in a throwaway repository that has only the files that they touch."""

    def __init__(self, repository: Scratch, work: Path) -> None:
        self._repository = repository
        self._environment = environment({"GIT_DIR": str(repository.folder), "GIT_WORK_TREE": str(work)} | _COMMITTER)
        self._work = work
        self._git("reset", "--quiet", "--hard")

    def apply(self, patch: Path) -> Applied:
        """Apply the next patch with git am. Raises ToolError, with git's words, when it does not apply."""
        self._git("am", "--quiet", "--keep-cr", "--no-gpg-sign", str(patch.resolve()))
        raw = self._git("diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", "HEAD~1", "HEAD").split(b"\0")
        before: dict[str, Blob | None] = {}
        after: dict[str, Blob | None] = {}
        hashes = []
        for state, name in zip(raw[::2], raw[1::2], strict=False):
            old_mode, mode, old, new, _ = state.decode().removeprefix(":").split()
            before[os.fsdecode(name)] = self._blob(old_mode, old)
            after[os.fsdecode(name)] = self._blob(mode, new)
            hashes.append(new)
        return Applied(before, after, tuple(hashes))

    def _blob(self, mode: str, name: str) -> Blob | None:
        return Blob(mode, self._git("cat-file", "blob", name)) if name.strip("0") else None

    def _git(self, *arguments: str) -> bytes:
        return run_git(arguments, self._work, self._environment)


@contextmanager
def applying(base: Tree, patches: Sequence[Path]) -> Iterator[Applier]:
    """A repository that has, of a tree read from a commit, the files that the patches touch."""
    with scratch(None) as repository, tempfile.TemporaryDirectory(prefix="fencemig-") as work:
        paths = sorted({path for patch in patches for path in _touched(repository, patch)})
        contents = ((path, base.read(path)) for path in paths)
        files = tuple((base.mode(path), path, content) for path, content in contents if content is not None)
        tip = repository.commit([Commit(b"base", files)], _NOBODY, None)[0]
        repository.git("update-ref", "--no-deref", "HEAD", tip)
        yield Applier(repository, Path(work))


def _touched(repository: Scratch, patch: Path) -> tuple[str, ...]:
    """The files that a mail changes; none for a mail that git cannot read, for git am will say why."""
    try:
        listed = repository.git("apply", "--numstat", "-z", str(patch.resolve()))
    except ToolError:
        return ()
    return tuple(os.fsdecode(entry.split(b"\t", 2)[2]) for entry in listed.split(b"\0") if entry)


@dataclass(frozen=True)
class Scripts:
    """The scripts of a kernel, unpacked from the commit that a series is for."""

    folder: Path

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of the scripts that verify runs and that this tree does not have."""
        return tuple(name for name in ("scripts/checkpatch.pl", "scripts/kernel-doc") if not self._path(name).exists())

    def checkpatch(self, patch: Path) -> str:
        """What checkpatch.pl --strict says of a patch."""
        return self._checkpatch(["--showfile", str(patch.resolve())], self.folder)

    def checkpatch_files(self, files: Mapping[str, bytes]) -> str:
        """What checkpatch.pl --strict says of whole files."""
        with _unpacked(files) as folder:
            return self._checkpatch(["-f", *files], folder)

    def kernel_doc(self, files: Mapping[str, bytes]) -> str:
        """What kernel-doc says of files."""
        script = self._path("scripts/kernel-doc")
        head = script.read_bytes()[:200].splitlines()[0]
        interpreter = [sys.executable] if b"python" in head else ["perl"]
        with _unpacked(files) as folder:
            return self._run([*interpreter, str(script), "-none", *files], folder, of_kernel_doc)

    def _checkpatch(self, arguments: Sequence[str], cwd: Path) -> str:
        script = str(self._path("scripts/checkpatch.pl"))
        # Without --no-tree it looks for a whole kernel; a .checkpatch.conf of the user's must not count.
        options = ["--no-tree", "--strict", "--terse", "--show-types", "--no-summary", "--color=never"]
        return self._run(["perl", script, *options, *arguments], cwd, of_checkpatch)

    def _run(self, argv: Sequence[str], cwd: Path, complaints: Callable[[str], Sequence[Complaint]]) -> str:
        """What a script says. It may fail because of what it complains of, and for nothing else: else ToolError."""
        own = ("GIT_", "PYTHON", "CHECKPATCH_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        home = {"HOME": str(self.folder), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        done = run(argv, cwd=cwd, env=env | home, timeout=_PATIENCE, check=False)
        said = (done.stdout + done.stderr).decode(errors="replace")
        if done.timed_out or (done.status != 0 and not complaints(said)):
            raise ToolError(argv, done.status, done.stdout, done.stderr)
        return said

    def _path(self, name: str) -> Path:
        return self.folder / name


@contextmanager
def scripts(base: Tree) -> Iterator[Scripts]:
    """Unpack the scripts of the commit that a tree is read from."""
    if base.repository is None or base.commit is None:
        raise UserError(
            f"{base.top} is not the top of a git repository: verify needs the commit that the series is for"
        )
    with tempfile.TemporaryDirectory(prefix="fencemig-") as folder:
        listed = base.repository.git("ls-tree", "--name-only", base.commit, "--", *_SCRIPTS)
        present = [os.fsdecode(name) for name in listed.splitlines()]
        if present:
            packed = base.repository.git("archive", "--format=tar", base.commit, "--", *present)
            run(["tar", "-x"], cwd=Path(folder), stdin=packed)
        yield Scripts(Path(folder))


@contextmanager
def _unpacked(files: Mapping[str, bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fencemig-") as name:
        for path, content in files.items():
            file = Path(name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        yield Path(name)
