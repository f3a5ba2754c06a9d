# SPDX-License-Identifier: GPL-2.0-only
"""A planned series as commits, and as the mails that git makes of them."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from fencemig.errors import ToolError, UserError
from fencemig.model import Mail, Patch, Series
from fencemig.system.git import Repository
from fencemig.system.mail import addressed, cover_letter, file_prefix, one_line, plain, subject_prefix
from fencemig.system.scratch import DIFF_OPTIONS, Commit, Identity, Scratch, scratch

_FIRST = Mail()
_LONGEST_NAME = 57  # of a file, before ".patch": as git format-patch has it


@dataclass(frozen=True)
class Commits:
    """The commits of a series, in a scratch repository. `hashes` are in the order of the patches.

    `below` is what the first of them stands on: the last prerequisite, or the base.
    """

    repository: Repository
    scratch: Scratch
    series: Series
    mail: Mail
    identity: Identity
    below: str
    hashes: tuple[str, ...]

    def write_patches(self, folder: Path, range_diff: str = "") -> None:
        """Write the series into `folder`: 0000-cover-letter.patch, 0001-….patch and so on.

        The names begin with v2- in the second version, as git's do. `range_diff` goes into the cover letter,
        below the changelog.
        """
        start = file_prefix(self.mail)
        options = ("--stdout", "--numbered", "--notes", f"--base={self.series.base}", *DIFF_OPTIONS)
        headed = [f"--subject-prefix={subject_prefix(self.mail)}", *([f"-v{self.mail.version}"] if start else [])]
        own = f"{self.below}..{self.hashes[-1]}"
        # Not into files: git does not see that one of its writes to them has failed.
        mails = _separated(self.scratch.git("format-patch", *options, *headed, own), self.hashes)
        slugs = self.scratch.git("log", "--reverse", "--format=%f", own).decode().splitlines()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{start}0000-cover-letter.patch").write_bytes(self._cover_letter(mails[0], range_diff))
        for number, (slug, text, patch) in enumerate(zip(slugs, mails, self.series.patches, strict=True), 1):
            name = f"{start}{number:04}-{slug}"[:_LONGEST_NAME]
            (folder / f"{name}.patch").write_bytes(addressed(text, patch.to, patch.cc))

    def create_branch(self, name: str) -> None:
        """Bring the commits into the user's repository, as a new branch; UserError when it cannot be made."""
        bring_objects([self])
        create_branches({name: self})

    def _cover_letter(self, first: bytes, range_diff: str) -> bytes:
        """The mail that format-patch would start; it can take the subject and text only from a branch.

        `first` is the first patch, which names the base, and the patches between that and itself.
        """
        tip = self.hashes[-1]
        base = re.findall(rb"^base-commit: .*\n(?:prerequisite-patch-id: .*\n)*-- \n.*\n\n", first, re.MULTILINE)[-1]
        shortlog = self.scratch.git("shortlog", "-w72,2,4", f"{self.below}..{tip}")
        stat = self.scratch.git("diff", "--stat=72", "--summary", *DIFF_OPTIONS, self.below, tip)
        summary = (shortlog + stat).decode(errors="replace")
        author = _parsed(self.identity.author)
        mail = cover_letter(self.series, self.mail, len(self.hashes), author, summary, range_diff, base.decode())
        return f"From {tip} Mon Sep 17 00:00:00 2001\n".encode() + mail  # git's magic date for its mailboxes


def bring_objects(made: Iterable[Commits]) -> None:
    """Copy commits into the user's repository, where nothing names them yet.

    Not by `git fetch`, which obeys many settings and may start a garbage collection. Raises ToolError.
    """
    for commits in made:
        ends = f"{commits.hashes[-1]}\n^{commits.series.base}\n".encode()
        pack = commits.scratch.git("pack-objects", "--revs", "--stdout", "-q", stdin=ends)
        commits.repository.add("unpack-objects", "-q", stdin=pack)


def create_branches(wanted: Mapping[str, Commits]) -> None:
    """Name commits that were brought into the user's repository: all new branches or, with a UserError, none."""
    if not wanted:
        return
    first, *_ = wanted.values()
    for name in wanted:
        first.repository.check_branch(name)
    orders = "".join(f"create refs/heads/{name} {commits.hashes[-1]}\n" for name, commits in wanted.items())
    # Not logged: git would leave the log of a branch behind that it could not make.
    update = ("-c", "core.logAllRefUpdates=false", "update-ref", "--stdin")
    try:
        first.repository.add(*update, stdin=os.fsencode(orders))
    except ToolError as error:
        reason = error.stderr.decode(errors="replace").strip() or error
        raise UserError(f"the branch {' or '.join(map(repr, wanted))} cannot be made: {reason}") from error


@contextmanager
def committed(repository: Repository, series: Series, mail: Mail = _FIRST) -> Iterator[Commits]:
    """Make the commits of a series in a scratch repository that borrows the objects of the user's."""
    identity = repository.identity(series.base)
    with scratch(repository.objects) as made:
        # The history before the base is none of our business, and in a shallow clone it is not there.
        (made.folder / "shallow").write_text(f"{series.base}\n")
        signer = identity.committer.rsplit(" ", 2)[0] if mail.signoff else None
        plan = [_commit(made, patch, signer) for patch in (*series.prerequisites, *series.patches)]
        hashes = made.commit(plan, identity, series.base)
        own = len(series.prerequisites)
        below = hashes[own - 1] if own else series.base
        yield Commits(repository, made, series, mail, identity, below, hashes[own:])


def _separated(mailbox: bytes, hashes: Sequence[str]) -> list[bytes]:
    """The mails of a mailbox, one for each commit; git writes an empty line between two."""
    starts = [mailbox.index(f"From {name} Mon Sep 17 00:00:00 2001\n".encode()) for name in hashes]
    return [mailbox[start : end - 1] for start, end in pairwise([*starts, len(mailbox) + 1])]


def _parsed(identity: str) -> tuple[str, str, int]:
    """Name, address and seconds of a line that `git var` gave."""
    person, seconds, _ = identity.rsplit(" ", 2)
    name, address = person.rstrip(">").rsplit(" <", 1)
    return name, address, int(seconds)


def _commit(made: Scratch, patch: Patch, signer: str | None) -> Commit:
    """A patch as a commit, with the trailer of the one who signs it off, unless that is there already."""
    message = plain(f"{one_line(patch.subject)}\n\n{patch.body.strip()}\n")
    if signer is not None:
        no_comments = ("-c", "core.commentChar=\x01")  # plain() took it away: lines with a "#" are text, too
        options = ("--no-divider", "--where=end", "--if-exists=addIfDifferent", f"--trailer=Signed-off-by: {signer}")
        message = made.git(*no_comments, "interpret-trailers", *options, stdin=message)
    files = tuple((change.mode, change.path, change.after) for change in patch.changes)
    return Commit(message, files, plain(patch.notes), patch.author and one_line(patch.author))
