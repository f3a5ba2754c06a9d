# SPDX-License-Identifier: GPL-2.0-only
"""The one door to git.

The user's repository is only ever read. New objects live in a scratch repository in a temporary folder that
borrows the user's objects; `Commits.create_branch` is the one function that brings them over.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import TYPE_CHECKING

from fencemig.errors import ToolError, UserError
from fencemig.model import Change, Series
from fencemig.system.process import run

if TYPE_CHECKING:
    import git

# A kernel tree is data: neither its hooks nor anyone's settings may change what we see or write.
_PINNED = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}")
_SEALED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",  # or `git status` would write the user's index
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# 12 digits: what the kernel asks for, and not dependent on how many objects a repository happens to have.
_DIFF = ("--no-renames", "--no-ext-diff", "--no-textconv", "--abbrev=12", "--text")
# The user's own settings and identity, where they are asked for.
_USERS = re.compile(r"GIT_CONFIG|GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$").match
_BRANCH = "refs/heads/fencemig"
# How far back subjects are looked for: bounded by commits, since seconds would depend on the machine.
_HISTORY = 5_000
_MANY_MODIFIED = 500


@dataclass(frozen=True)
class Blob:
    """A regular file of a commit; `mode` is git's ("100644" or "100755")."""

    mode: str
    data: bytes


@dataclass(frozen=True)
class Identity:
    """Who commits and when, as in a commit object: `Name <address> seconds +0000`."""

    author: str
    committer: str


@dataclass(frozen=True)
class _Commit:
    message: bytes
    files: tuple[tuple[str, str, bytes], ...]  # mode, path, content
    notes: bytes = b""


def discover(tree: Path) -> "Repository | None":
    """Open the repository whose top is `tree`; None when there is none, or when `tree` lies inside another's.

    Raises UserError when git is missing or refuses the repository (it belongs to another user).
    """
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


def diff(changes: Sequence[Change]) -> bytes:
    """Return git's unified diff of the changes, in their order. Needs no repository."""
    nobody = Identity("fencemig <> 0 +0000", "fencemig <> 0 +0000")
    before = _Commit(b"before", tuple((change.mode, change.path, change.before) for change in changes))
    after = _Commit(b"after", tuple((change.mode, change.path, change.after) for change in changes))
    with _scratch(None) as scratch:
        old, new = scratch.commit((before, after), nobody, None)
        order = scratch.folder / "order"
        order.write_bytes(b"".join(_glob_quoted(os.fsencode(change.path)) + b"\n" for change in changes))
        return scratch.git("diff", "--no-color", *_DIFF, f"-O{order}", old, new)


class Repository:
    """The user's repository, for reading. Paths are relative to `top`. Not for use by several threads."""

    def __init__(self, top: Path, repo: "git.Repo") -> None:
        self.top = top
        self._repo = repo
        self._location = {"GIT_DIR": str(repo.git_dir), "GIT_WORK_TREE": str(top)}
        self._environment = _environment(self._location)
        self._trees: dict[str, git.Tree] = {}
        repo.git.update_environment(**_SEALED, **self._location)

    def close(self) -> None:
        """End the processes that read objects."""
        self._repo.close()

    def git(
        self,
        *arguments: str,
        stdin: bytes = b"",
        accept: Sequence[int] = (0,),
        extra: Mapping[str, str] | None = None,
    ) -> bytes:
        """Run git on the repository, sealed off from all configuration but its own, and return its stdout."""
        return _git(arguments, self.top, self._environment | dict(extra or {}), stdin, accept)

    def resolve(self, rev: str) -> str:
        """Return the full hash of the commit that `rev` names; UserError when there is none."""
        found = None if rev.startswith("-") else self._resolve(rev)
        if found is None and rev == "HEAD":
            raise UserError(f"{self.top} has no commits: commit the tree first, or name a commit with --base")
        if found is None:
            raise UserError(f"{rev!r} names no commit of {self.top}")
        return found

    def _resolve(self, rev: str) -> str | None:
        answer = self.git("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}", accept=(0, 1, 128))
        return answer.decode().strip() or None

    def head(self) -> str | None:
        """Return the hash of the commit that is checked out; None on an unborn branch."""
        return self._resolve("HEAD")

    def read_blob(self, commit: str, path: str) -> Blob | None:
        """Return a file of a commit (a full hash); None when it has no regular file of that name."""
        import git

        tree = self._trees.get(commit) or self._trees.setdefault(commit, self._repo.commit(commit).tree)
        try:
            found = tree.join(path)
        except KeyError:
            return None
        if not isinstance(found, git.Blob) or found.mode == git.Blob.link_mode:
            return None
        return Blob(f"{found.mode:06o}", bytes(found.data_stream.read()))

    def files_mentioning(self, commit: str, words: Sequence[str], paths: Sequence[str]) -> list[str]:
        """Return the .c and .h files below `paths` whose content in the commit has one of the words, sorted.

        The work tree is searched when HEAD is asked for, because that takes a tenth of the time; what differs
        there from the commit is asked of the commit.
        """
        pathspecs = _source_pathspecs(paths)
        if commit != self._resolve("HEAD"):
            return sorted(self._grep(words, commit, pathspecs))
        stale = {*self._modified(pathspecs), *self._not_checked_out(pathspecs)}
        if len(stale) > _MANY_MODIFIED:
            return sorted(self._grep(words, commit, pathspecs))
        found = self._grep(words, None, pathspecs) - stale
        if stale:
            found |= self._grep(words, commit, [f":(literal){path}" for path in sorted(stale)])
        return sorted(found)

    def modified_files(self, paths: Sequence[str]) -> list[str]:
        """Return the tracked files below `paths` that differ, staged or not, from HEAD, sorted."""
        return self._modified([f":(literal){path}" for path in paths])

    def last_subjects(self, commit: str, paths: Sequence[str], count: int) -> dict[str, tuple[str, ...]]:
        """Return for each path up to `count` subjects of the commits that changed it, newest first.

        Only the last 5,000 commits that are no merges are asked, and none that began a history: the import
        of a tree says nothing about its files.
        """
        subjects: dict[str, list[str]] = {path: [] for path in paths}
        if paths:
            commits = self.git("rev-list", "--no-merges", f"--max-count={_HISTORY}", commit)
            options = ("--stdin", "-r", "-z", "--name-only", "--no-renames", "--format=%x1e%s", "--")
            literal = {"GIT_LITERAL_PATHSPECS": "1"}
            log = self.git("diff-tree", *options, *subjects, stdin=commits, extra=literal)
            for entry in log.split(b"\x1e")[1:]:
                subject, *changed = entry.split(b"\0")
                for path in changed:
                    seen = subjects.get(os.fsdecode(path.removeprefix(b"\n")))
                    if seen is not None and len(seen) < count:
                        seen.append(subject.decode(errors="replace").strip())
        return {path: tuple(found) for path, found in subjects.items()}

    def identity(self, base: str) -> Identity:
        """Return who commits, from the user's settings, dated SOURCE_DATE_EPOCH or else as the base is.

        Raises UserError, with git's own advice, when no identity is set.
        """
        seconds = os.environ.get("SOURCE_DATE_EPOCH") or str(self._repo.commit(base).committed_date)
        if not seconds.isdecimal():
            raise UserError(f"SOURCE_DATE_EPOCH is no number of seconds: {seconds!r}")
        date = f"@{seconds} +0000"
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
        if self.git("for-each-ref", "--count=1", reference):
            raise UserError(f"a branch {name!r}, or one below it, exists already")

    @contextmanager
    def committed(self, series: Series) -> Iterator["Commits"]:
        """Make the commits of a series in a scratch repository, which lasts as long as the context."""
        identity = self.identity(series.base)
        plan = tuple(
            _Commit(
                _encoded(f"{patch.subject}\n\n{patch.body.strip()}\n"),
                tuple((change.mode, change.path, change.after) for change in patch.changes),
                _encoded(patch.notes),
            )
            for patch in series.patches
        )
        with _scratch(Path(self._repo.common_dir) / "objects") as scratch:
            # The history before the base is none of our business, and in a shallow clone it is not there.
            (scratch.folder / "shallow").write_text(f"{series.base}\n")
            yield Commits(self, scratch, series, identity, scratch.commit(plan, identity, series.base))

    def _grep(self, words: Sequence[str], commit: str | None, pathspecs: Sequence[str]) -> set[str]:
        """`git grep` over a commit, or over the tracked files of the work tree."""
        patterns = [argument for word in words for argument in ("-e", word)]
        where = [commit] if commit else []
        options = ("-lzFa", "--no-recurse-submodules", "--full-name")
        found = self.git("grep", *options, *patterns, *where, "--", *pathspecs, accept=(0, 1))
        names = [os.fsdecode(name) for name in found.split(b"\0") if name]
        if commit:
            names = [name.removeprefix(f"{commit}:") for name in names]
        return {name for name in names if name.endswith((".c", ".h"))}

    def _modified(self, pathspecs: Sequence[str]) -> list[str]:
        options = ("--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames")
        status = self.git("status", *options, "--", *pathspecs)
        return sorted(os.fsdecode(entry[3:]) for entry in status.split(b"\0") if entry)

    def _not_checked_out(self, pathspecs: Sequence[str]) -> list[str]:
        """Tracked files that git was told not to look for in the work tree: `git grep` passes them over."""
        tagged = self.git("ls-files", "-t", "-z", "--", *pathspecs)
        return [os.fsdecode(entry[2:]) for entry in tagged.split(b"\0") if entry.startswith(b"S ")]


@dataclass(frozen=True)
class Commits:
    """The commits of a series, in a scratch repository. `hashes` are in the order of the patches."""

    repository: Repository
    _scratch: "_Scratch"
    series: Series
    identity: Identity
    hashes: tuple[str, ...]

    def write_patches(self, folder: Path) -> None:
        """Write the series into `folder`: 0000-cover-letter.patch, 0001-….patch and so on."""
        base, tip = self.series.base, self.hashes[-1]
        options = ("--quiet", "--numbered", "--notes", f"--base={base}", *_DIFF)
        self._scratch.git("format-patch", *options, "-o", str(folder.resolve()), f"{base}..{tip}")
        (folder / "0000-cover-letter.patch").write_bytes(self._cover_letter())

    def create_branch(self, name: str) -> None:
        """Bring the commits into the user's repository, as a new branch; UserError when it cannot be made.

        Objects first and the reference last: an interruption leaves at most objects that nothing names.
        Not by `git fetch`, which obeys many settings and may start a garbage collection.
        """
        self.repository.check_branch(name)
        base, tip = self.series.base, self.hashes[-1]
        pack = self._scratch.git("pack-objects", "--revs", "--stdout", "-q", stdin=f"{tip}\n^{base}\n".encode())
        self.repository.git("unpack-objects", "-q", stdin=pack)
        who, address, _ = _parsed(self.identity.committer)
        reflog = {"GIT_COMMITTER_NAME": who, "GIT_COMMITTER_EMAIL": address}
        update = (
            "update-ref",
            "-m",
            "branch: Created by fencemig",
            f"refs/heads/{name}",
            tip,
            "0" * len(tip),
        )
        try:
            self.repository.git(*update, extra=reflog)
        except ToolError as error:
            reason = error.stderr.decode(errors="replace").strip()
            raise UserError(f"the branch {name!r} cannot be made: {reason}") from error

    def _cover_letter(self) -> bytes:
        """The mail that format-patch would start; it can take the subject and text only from a branch."""
        base, tip = self.series.base, self.hashes[-1]
        shortlog = self._scratch.git("shortlog", "-w72,2,4", f"{base}..{tip}").decode(errors="replace")
        stat = self._scratch.git("diff", "--stat=72", "--summary", *_DIFF, base, tip).decode(errors="replace")
        version = self._scratch.git("version").decode().removeprefix("git version ").strip()
        body = f"{self.series.cover_body.strip()}\n\n{shortlog}{stat}\n\nbase-commit: {base}\n-- \n{version}\n\n"
        name, address, seconds = _parsed(self.identity.author)
        headers = [
            f"From {tip} Mon Sep 17 00:00:00 2001",  # git's magic date for mailboxes that it wrote
            f"From: {formataddr((name, address))}",
            f"Date: {format_datetime(datetime.fromtimestamp(seconds, UTC))}",
            f"Subject: {_header(f'[PATCH 0/{len(self.hashes)}] {self.series.cover_subject}')}",
        ]
        if not body.isascii():
            headers.append("MIME-Version: 1.0")
            headers.append("Content-Type: text/plain; charset=UTF-8")
            headers.append("Content-Transfer-Encoding: 8bit")
        return _encoded("\n".join(headers) + "\n\n" + body)


@dataclass(frozen=True)
class _Scratch:
    """A throwaway bare repository. Its configuration is ours alone, so git's defaults hold."""

    folder: Path

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        return _git(arguments, self.folder, _environment({"GIT_DIR": str(self.folder)}), stdin, (0,))

    def commit(self, plan: Sequence[_Commit], identity: Identity, base: str | None) -> tuple[str, ...]:
        """Make one commit on top of the other, the first on `base`, with one process; return their hashes."""
        stream: list[bytes] = []
        who = f"author {identity.author}\ncommitter {identity.committer}\n".encode()
        for mark, commit in enumerate(plan, 1):
            stream += [f"commit {_BRANCH}\nmark :{mark}\n".encode(), who, _data(commit.message)]
            if mark == 1 and base:
                stream.append(f"from {base}\n".encode())
            for mode, path, content in commit.files:
                stream += [f"M {mode} inline ".encode(), _c_quoted(os.fsencode(path)), b"\n", _data(content)]
            stream.append(f"get-mark :{mark}\n".encode())
        noted = [(mark, commit.notes) for mark, commit in enumerate(plan, 1) if commit.notes]
        if noted:
            stream += [b"commit refs/notes/commits\n", who, _data(b"notes")]
            for mark, notes in noted:
                stream += [f"N inline :{mark}\n".encode(), _data(notes)]
        stream.append(b"done\n")
        hashes = self.git("fast-import", "--quiet", "--done", stdin=b"".join(stream))
        return tuple(hashes.decode().split())


@contextmanager
def _scratch(objects: Path | None) -> Iterator[_Scratch]:
    """A scratch repository in a temporary folder, on top of another one's objects when given."""
    with tempfile.TemporaryDirectory(prefix="fencemig-") as temporary:
        scratch = _Scratch(Path(temporary) / "scratch.git")
        _git(
            ("init", "--bare", "--quiet", "--template=", str(scratch.folder)),
            Path(temporary),
            _environment({}),
        )
        if objects:
            alternates = scratch.folder / "objects" / "info" / "alternates"
            alternates.parent.mkdir(exist_ok=True)
            alternates.write_bytes(_c_quoted(os.fsencode(objects.resolve())) + b"\n")
        # As the kernel's own .gitattributes, which a bare repository does not read: hunks name functions.
        attributes = scratch.folder / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text("*.c diff=cpp\n*.h diff=cpp\n")
        yield scratch


def _git(
    arguments: Iterable[str],
    cwd: Path,
    environment: Mapping[str, str],
    stdin: bytes = b"",
    accept: Sequence[int] = (0,),
) -> bytes:
    pinned = [argument for setting in _PINNED for argument in ("-c", setting)]
    done = run(["git", *pinned, *arguments], cwd=cwd, env=environment, stdin=stdin, check=False)
    if done.status not in accept:
        raise ToolError(done.argv, done.status, done.stdout, done.stderr)
    return done.stdout


def _ask_as_user(arguments: Sequence[str], cwd: Path, extra: Mapping[str, str]) -> str:
    """Run git with the user's own settings (trust, identity) and return stdout; UserError with its advice."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _USERS(name)}
    asked = run(["git", *arguments], cwd=cwd, env=kept | {"LC_ALL": "C"} | dict(extra), check=False)
    if asked.status != 0:
        raise UserError(asked.stderr.decode(errors="replace").strip())
    return asked.stdout.decode(errors="replace").strip()


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment for git: the user's without any GIT_ variable, sealed, with `extra` on top."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return inherited | _SEALED | dict(extra)


def _source_pathspecs(paths: Sequence[str]) -> list[str]:
    """Pathspecs for the .c and .h files below the paths, which are files or folders."""
    pathspecs: list[str] = []
    for path in paths:
        if path.endswith((".c", ".h")):
            pathspecs.append(f":(literal){path}")
            continue
        folder = "" if path in ("", ".") else os.fsdecode(_glob_quoted(os.fsencode(path.rstrip("/")))) + "/"
        pathspecs += [f":(glob){folder}**/*.c", f":(glob){folder}**/*.h"]
    return pathspecs


def _glob_quoted(path: bytes) -> bytes:
    """A path as a pattern that matches only itself, also at the start of a line of an order file."""
    return re.sub(rb"[*?\[\\#]", rb"\\\g<0>", path)


def _c_quoted(path: bytes) -> bytes:
    """A path between quotes, as fast-import and the list of alternates read it."""
    return b'"' + re.sub(rb'["\\]', rb"\\\g<0>", path).replace(b"\n", rb"\n") + b'"'


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")  # a path that is no UTF-8 has characters that cannot be encoded


def _header(text: str) -> str:
    return Header(text, None if text.isascii() else "utf-8", header_name="Subject").encode()


def _parsed(identity: str) -> tuple[str, str, int]:
    """Name, address and seconds of a line that `git var` gave."""
    person, seconds, _ = identity.rsplit(" ", 2)
    name, address = person.rstrip(">").rsplit(" <", 1)
    return name, address, int(seconds)
