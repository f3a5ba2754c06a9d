# SPDX-License-Identifier: GPL-2.0-only
"""Git without the user's repository: commits and diffs are made in a throwaway one, in a temporary folder."""

import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fencemig.errors import ToolError
from fencemig.model import Change
from fencemig.system.process import run

# A kernel tree is data: neither its hooks nor anyone's settings may change what we see or write.
_PINNED = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", f"core.attributesFile={os.devnull}")
SEALED = {
    "GIT_ALLOW_PROTOCOL": "none",  # and where a partial clone lacks an object, git asks nobody for it
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",  # or `git status` would write the user's index
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# 12 digits: what the kernel asks for, and not dependent on how many objects a repository happens to have.
DIFF_OPTIONS = ("--no-renames", "--no-ext-diff", "--no-textconv", "--abbrev=12", "--text")
_BRANCH = "refs/heads/fencemig"


@dataclass(frozen=True)
class Identity:
    """Who commits and when, as in a commit object: `Name <address> seconds +0000`."""

    author: str
    committer: str


@dataclass(frozen=True)
class Commit:
    """A commit to make: its message, what it changes, a note that is kept beside it, and who wrote it.

    Without an author that is the one who commits.
    """

    message: bytes
    files: tuple[tuple[str, str, bytes], ...]  # mode, path, content
    notes: bytes = b""
    author: str | None = None


def diff(changes: Collection[Change]) -> bytes:
    """Return git's unified diff of the changes, in their order. Needs no repository."""
    nobody = Identity("fencemig <> 0 +0000", "fencemig <> 0 +0000")
    before = Commit(b"before", tuple((change.mode, change.path, change.before) for change in changes))
    after = Commit(b"after", tuple((change.mode, change.path, change.after) for change in changes))
    with scratch(None) as repository:
        old, new = repository.commit((before, after), nobody, None)
        order = repository.folder / "order"
        order.write_bytes(b"".join(glob_quoted(os.fsencode(change.path)) + b"\n" for change in changes))
        return repository.git("diff", "--no-color", *DIFF_OPTIONS, f"-O{order}", old, new)


@dataclass(frozen=True)
class Scratch:
    """A throwaway bare repository. Its configuration is ours alone, so git's defaults hold."""

    folder: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Run git on the repository and return its stdout. Raises ToolError."""
        return run_git(arguments, self.folder, environment({"GIT_DIR": str(self.folder)}), stdin, (0,))

    def commit(self, plan: Sequence[Commit], identity: Identity, base: str | None) -> tuple[str, ...]:
        """Make one commit on top of the other, the first on `base`, with one process; return their hashes."""
        stream: list[bytes] = []
        committer = f"committer {identity.committer}\n".encode()
        for mark, commit in enumerate(plan, 1):
            author = f"author {commit.author or identity.author}\n".encode()
            stream += [f"commit {_BRANCH}\nmark :{mark}\n".encode(), author, committer, _data(commit.message)]
            if mark == 1 and base:
                stream.append(f"from {base}\n".encode())
            for mode, path, content in commit.files:
                stream += [f"M {mode} inline ".encode(), _c_quoted(os.fsencode(path)), b"\n", _data(content)]
            stream.append(f"get-mark :{mark}\n".encode())
        noted = [(mark, commit.notes) for mark, commit in enumerate(plan, 1) if commit.notes]
        if noted:
            stream += [b"commit refs/notes/commits\n", committer, _data(b"notes")]
            for mark, notes in noted:
                stream += [f"N inline :{mark}\n".encode(), _data(notes)]
        stream.append(b"done\n")
        # Nothing of it is kept for long: to compress it, and to unpack it again, takes longer than all the rest.
        loose = ("-c", "core.compression=0", "-c", "fastimport.unpackLimit=1")
        hashes = self.git(*loose, "fast-import", "--quiet", "--done", stdin=b"".join(stream))
        return tuple(hashes.decode().split())


@contextmanager
def scratch(objects: Path | None) -> Iterator[Scratch]:
    """A scratch repository in a temporary folder, on top of another one's objects when given."""
    with tempfile.TemporaryDirectory(prefix="fencemig-") as temporary:
        made = Scratch(Path(temporary) / "scratch.git")
        init(made.folder, objects)
        # As the kernel's own .gitattributes, which a bare repository does not read: hunks name functions.
        attributes = made.folder / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text("*.c diff=cpp\n*.h diff=cpp\n")
        yield made


def init(folder: Path, objects: Path | None) -> None:
    """Make a bare repository of our own, on top of another one's objects when given; one that is there stays."""
    if not (folder / "HEAD").exists():
        run_git(("init", "--bare", "--quiet", "--template=", str(folder)), folder.parent, environment({}))
    if objects:
        alternates = folder / "objects" / "info" / "alternates"
        alternates.parent.mkdir(exist_ok=True)
        alternates.write_bytes(_c_quoted(os.fsencode(objects.resolve())) + b"\n")


def run_git(
    arguments: Iterable[str],
    cwd: Path,
    environment: Mapping[str, str],
    stdin: bytes = b"",
    accept: Sequence[int] = (0,),
    *,
    silent: bool = False,
) -> bytes:
    """Run git, deaf to settings and hooks, and return its stdout. Raises ToolError unless the status is accepted.

    A `silent` command must say nothing on stderr either: git grep passes over what it cannot read, and ends well.
    """
    pinned = [argument for setting in _PINNED for argument in ("-c", setting)]
    done = run(["git", *pinned, *arguments], cwd=cwd, env=environment, stdin=stdin, check=False)
    if done.status not in accept or (silent and done.stderr):
        raise ToolError(done.argv, done.status, done.stdout, done.stderr)
    return done.stdout


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment for git: the user's without any GIT_ variable, sealed, with `extra` on top."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return inherited | SEALED | dict(extra)


def glob_quoted(path: bytes) -> bytes:
    """A path as a pattern that matches only itself, also at the start of a line of an order file."""
    return re.sub(rb"[*?\[\\#]", rb"\\\g<0>", path)


def _c_quoted(path: bytes) -> bytes:
    """A path between quotes, as fast-import and the list of alternates read it."""
    return b'"' + re.sub(rb'["\\]', rb"\\\g<0>", path).replace(b"\n", rb"\n") + b'"'


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)
