# SPDX-License-Identifier: GPL-2.0-only
"""The one door to git.

The user's repository is only ever read, through a view that has no settings (view.py). New objects live in a scratch
repository (scratch.py) that borrows the user's objects; `create_branches` (commits.py) is the one function that brings
them over.
"""

import os
import re
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fencemig.errors import ToolError, UserError
from fencemig.system import view
from fencemig.system.process import run
from fencemig.system.scratch import SEALED, Identity, environment, glob_quoted, run_git

if TYPE_CHECKING:
    import git

# The user's own settings and identity, where they are asked for.
_USERS = re.compile(r"GIT_CONFIG|GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$").match
SOURCES = (".c", ".h")  # how the names of the files end that may have sites
_SHA1 = 40  # digits
# What git says of objects and of an index that are missing or damaged, among much else.
_DAMAGED = re.compile(
    rb"unable to read|could not read|bad (object|signature|tree|index)|index file|corrupt|missing (blob|tree|commit)"
    rb"|not a valid object|promisor|unable to find [0-9a-f]{40}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Blob:
    """A regular file of a commit; `mode` is git's ("100644" or "100755")."""

    mode: str
    data: bytes


def discover(tree: Path) -> "Repository | None":
    """Open the repository whose top is `tree`; None when there is none, or when `tree` lies inside another's.

    Raises UserError when git is missing or refuses the repository (it belongs to another user).
    """
    if not (tree / ".git").exists():
        return None
    try:
        import git  # here, for GitPython cannot even be imported on a machine without git
    except ImportError as error:
        raise UserError("git is missing: install it first") from error
    try:
        repo = git.Repo(tree)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        return None
    if repo.working_tree_dir is None or Path(repo.working_tree_dir).resolve() != tree.resolve():
        return None
    # All else names GIT_DIR, which git takes for consent: here is asked whether the owner is trusted.
    _ask_as_user(("rev-parse", "--git-dir"), tree, {})
    return Repository(tree.resolve(), repo)


class Repository:
    """The user's repository, for reading; by several threads, too. Paths are relative to `top`."""

    def __init__(self, top: Path, repo: "git.Repo") -> None:
        self.top = top
        self._repo = repo
        self._git_dir = Path(repo.git_dir)
        self._location = {"GIT_DIR": str(self._git_dir), "GIT_WORK_TREE": str(top)}
        self._view = tempfile.TemporaryDirectory(prefix="fencemig-", ignore_cleanup_errors=True)
        seen = {**view.make(Path(self._view.name), self._git_dir), "GIT_WORK_TREE": str(top)}
        self._environment = environment(seen)
        self._files: dict[str, dict[bytes, bytes]] = {}
        self._lock = threading.Lock()  # a question to cat-file and its answer belong together
        # GitPython takes the caller's environment: its variables of git's are emptied, or set where "" means a place.
        emptied = {name: "" for name in os.environ if name.startswith("GIT_")}
        places = {"GIT_OBJECT_DIRECTORY": str(self.objects), "GIT_INDEX_FILE": str(self._git_dir / "index")}
        repo.git.update_environment(**{**emptied, **SEALED, **seen, **places})

    def close(self) -> None:
        """End the processes that read objects, and forget the view."""
        self._repo.close()
        self._view.cleanup()

    def git(
        self,
        *arguments: str,
        stdin: bytes = b"",
        accept: Sequence[int] = (0,),
        extra: Mapping[str, str] | None = None,
    ) -> bytes:
        """Run git on a view of the repository, without anyone's settings, and return its stdout.

        Raises ToolError unless the status is accepted, and UserError when it is the repository that is to blame.
        """
        try:
            return run_git(arguments, self.top, self._environment | dict(extra or {}), stdin, accept)
        except ToolError as error:
            if _DAMAGED.search(error.stderr):
                raise UserError(f"{self.top} lacks objects, or is damaged: {error}; see what git fsck says") from error
            raise

    def add(self, *arguments: str, stdin: bytes) -> None:
        """Run git on the repository itself, to add something: how its files are shared is its affair."""
        run_git(arguments, self.top, environment(self._location), stdin)

    def resolve(self, rev: str) -> str:
        """Return the full hash of the commit that `rev` names; UserError when there is none."""
        found = None if rev.startswith("-") else self._resolve(rev)
        if found is not None and len(found) > _SHA1:
            raise UserError(
                f"{self.top} names its objects by SHA-256, and its commits cannot be read: "
                "without --base, scan and convert --dry-run read the files on disk"
            )
        if found is None and rev == "HEAD":
            if lost := self.git("rev-parse", "--verify", "--quiet", rev, accept=(0, 1, 128)).decode():
                raise UserError(f"{self.top} lacks the commit {lost[:12]}, its HEAD: see what git fsck says")
            raise UserError(f"{self.top} has no commits: commit the tree first, or name a commit with --base")
        if found is None:
            raise UserError(f"{rev!r} names no commit of {self.top}")
        return found

    def is_left_out(self, path: str) -> bool:
        """Whether a tracked file is not on disk because of a sparse checkout."""
        return self.git("ls-files", "-t", "-z", "--", f":(literal){path}").startswith(b"S ")

    def _resolve(self, rev: str) -> str | None:
        answer = self.git("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}", accept=(0, 1, 128))
        return answer.decode().strip() or None

    def head(self) -> str | None:
        """Return the hash of the commit that is checked out; None on an unborn branch."""
        return self._resolve("HEAD")

    def read_blob(self, commit: str, path: str) -> Blob | None:
        """Return a file of a commit (a full hash); None when it has no regular file of that name."""
        entry = self._regular_files(commit).get(os.fsencode(path))
        if entry is None:
            return None
        mode, _, blob = entry.split()
        return Blob(mode.decode(), self.content(blob))

    def blob_id(self, commit: str, path: str) -> str:
        """Return what git knows of a regular file of a commit: its mode and its blob; empty when there is none."""
        return self._regular_files(commit).get(os.fsencode(path), b"").decode()

    def grafted(self) -> str:
        """Return what git was told about parents of commits, beside what they say: where a shallow clone ends."""
        shallow = view.common_dir(self._git_dir) / "shallow"
        return shallow.read_text() if shallow.is_file() else ""

    def content(self, blob: bytes) -> bytes:
        """Return the content of a blob, by its full id in hexadecimal digits. Raises UserError when it is not there."""
        import git

        try:
            with self._lock:
                data: bytes = self._repo.git.get_object_data(blob.decode())[3]
        except KeyboardInterrupt:
            # When GitPython forgets an answer, it waits for the rest; it does not know how much of it was read already.
            if (asked := self._repo.git.cat_file_all) is not None:
                asked.kill()
            raise
        except ValueError as error:
            raise self._incomplete(f"blob {blob[:12].decode()}") from error
        except (OSError, git.GitError) as error:  # it cannot be started, or was killed
            raise ToolError(("git", "cat-file"), None, b"", b"", "cannot be asked any more") from error
        return data

    def sources(self, commit: str) -> dict[str, bytes]:
        """Return the ids of all .c and .h files of a commit (a full hash), by path."""
        files = self._regular_files(commit)
        return {
            path: about.split()[2] for name, about in files.items() if (path := os.fsdecode(name)).endswith(SOURCES)
        }

    def _regular_files(self, commit: str) -> dict[bytes, bytes]:
        """path → "mode blob name" of every regular file of a commit, read at once: a kernel's takes 0.1 s."""
        with self._lock:
            if commit not in self._files:
                listed = self.git("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
                entries = (entry.partition(b"\t") for entry in listed if entry.startswith(b"100"))
                self._files[commit] = {path: about for about, _, path in entries}
            return self._files[commit]

    def files_mentioning(self, commit: str, words: Sequence[str], paths: Sequence[str]) -> list[str]:
        """Return the .c and .h files below `paths` whose content in the commit has one of the words, sorted.

        The work tree is never searched in its place, though that takes a fraction of the time: somebody may be at work
        there, and what is found is remembered for these blobs.
        """
        options = ("-lzFa", "--no-recurse-submodules", "--full-name")
        arguments = ("grep", *options, "-f", "-", commit, "--", *_source_pathspecs(paths))
        patterns = "\n".join(words).encode()  # on stdin: a command line has no room for those of thousands of drivers
        try:
            found = run_git(arguments, self.top, self._environment, stdin=patterns, accept=(0, 1), silent=True)
        except ToolError as error:
            if b"unable to read" in error.stderr:
                raise self._incomplete(f"files of {commit[:12]}") from error
            raise
        names = [os.fsdecode(name).removeprefix(f"{commit}:") for name in found.split(b"\0") if name]
        return sorted(name for name in names if name.endswith(SOURCES))

    def modified_files(self, paths: Sequence[str]) -> list[str]:
        """Return the tracked files below `paths` that differ, staged or not, from HEAD, sorted."""
        options = ("--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames")
        status = self.git("status", *options, "--", *(f":(literal){path}" for path in paths))
        return sorted(os.fsdecode(entry[3:]) for entry in status.split(b"\0") if entry)

    def date(self, base: str) -> int:
        """Return the date of what is made on a base, in seconds since 1970: SOURCE_DATE_EPOCH, or else the base's."""
        seconds = os.environ.get("SOURCE_DATE_EPOCH") or self._committed(base)
        if not seconds.isdecimal():
            raise UserError(f"SOURCE_DATE_EPOCH is no number of seconds: {seconds!r}")
        return int(seconds)

    def _committed(self, commit: str) -> str:
        return self.git("rev-list", "--max-count=1", "--format=%ct", commit).decode().split()[-1]

    def identity(self, base: str) -> Identity:
        """Return who commits, from the user's settings, with the date of what is made on the base.

        Raises UserError, with git's own advice, when no identity is set.
        """
        date = f"@{self.date(base)} +0000"
        extra = self._location | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        var = ("-c", "user.useConfigOnly=true", "var")  # never a guess at a host name
        return Identity(
            author=_ask_as_user((*var, "GIT_AUTHOR_IDENT"), self.top, extra),
            committer=_ask_as_user((*var, "GIT_COMMITTER_IDENT"), self.top, extra),
        )

    def check_branch(self, name: str) -> None:
        """Raise UserError when no branch of that name can be made: the name is invalid or taken."""
        reference = f"refs/heads/{name}"
        valid = self.git("check-ref-format", "--normalize", reference, accept=(0, 1)).decode().strip()
        if valid != reference or name.startswith("-") or name == "HEAD":
            raise UserError(f"{name!r} is no valid name for a branch")
        taken = os.fsdecode(self.git("for-each-ref", "--format=%(refname)/", "refs/heads")).split()
        if any(one.startswith(f"{reference}/") or f"{reference}/".startswith(one) for one in taken):
            raise UserError(f"a branch {name!r}, or one above or below it, exists already")

    @property
    def objects(self) -> Path:
        """The folder of its objects, for other repositories to borrow from."""
        return view.common_dir(self._git_dir) / "objects"

    def _incomplete(self, what: str) -> UserError:
        """What to say of a commit of which not all is there."""
        lacks = f"{self.top} lacks {what}, as a partial clone does"
        return UserError(f"{lacks}: check the commit out once, or fetch it; nothing is fetched for you")


def _ask_as_user(arguments: Sequence[str], cwd: Path, extra: Mapping[str, str]) -> str:
    """Run git with the user's own settings (trust, identity) and return stdout; UserError with its advice."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _USERS(name)}
    asked = run(["git", *arguments], cwd=cwd, env=kept | {"LC_ALL": "C"} | dict(extra), check=False)
    if asked.status != 0:
        raise UserError(asked.stderr.decode(errors="replace").strip())
    return asked.stdout.decode(errors="replace").strip()


def _source_pathspecs(paths: Sequence[str]) -> list[str]:
    """Pathspecs for the .c and .h files below the paths, which are files or folders."""
    pathspecs: list[str] = []
    for path in paths:
        if path.endswith(SOURCES):
            pathspecs.append(f":(literal){path}")
            continue
        folder = "" if path in ("", ".") else os.fsdecode(glob_quoted(os.fsencode(path.rstrip("/")))) + "/"
        pathspecs += [f":(glob){folder}**/*.c", f":(glob){folder}**/*.h"]
    return pathspecs
