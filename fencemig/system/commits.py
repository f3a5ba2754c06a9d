# SPDX-License-Identifier: GPL-2.0-only
"""A planned series as commits, and as the mails that git makes of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from pathlib import Path

from fencemig.errors import ToolError, UserError
from fencemig.model import Series
from fencemig.system.git import Repository
from fencemig.system.scratch import DIFF_OPTIONS, Commit, Identity, Scratch, scratch


@dataclass(frozen=True)
class Commits:
    """The commits of a series, in a scratch repository. `hashes` are in the order of the patches."""

    repository: Repository
    _scratch: Scratch
    series: Series
    identity: Identity
    hashes: tuple[str, ...]

    def write_patches(self, folder: Path) -> None:
        """Write the series into `folder`: 0000-cover-letter.patch, 0001-….patch and so on."""
        base, tip = self.series.base, self.hashes[-1]
        options = ("--quiet", "--numbered", "--notes", f"--base={base}", *DIFF_OPTIONS)
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
        update = ("update-ref", "-m", "branch: Created by fencemig", f"refs/heads/{name}", tip, "0" * len(tip))
        try:
            self.repository.git(*update, extra=reflog)
        except ToolError as error:
            reason = error.stderr.decode(errors="replace").strip()
            raise UserError(f"the branch {name!r} cannot be made: {reason}") from error

    def _cover_letter(self) -> bytes:
        """The mail that format-patch would start; it can take the subject and text only from a branch."""
        base, tip = self.series.base, self.hashes[-1]
        shortlog = self._scratch.git("shortlog", "-w72,2,4", f"{base}..{tip}").decode(errors="replace")
        stat = self._scratch.git("diff", "--stat=72", "--summary", *DIFF_OPTIONS, base, tip).decode(errors="replace")
        version = self._scratch.git("version").decode().removeprefix("git version ").strip()
        body = f"{self.series.cover_body.strip()}\n\n{shortlog}{stat}\n\nbase-commit: {base}\n-- \n{version}\n\n"
        name, address, seconds = _parsed(self.identity.author)
        count = str(len(self.hashes))
        number = f"{'0' * len(count)}/{count}"
        headers = [
            f"From {tip} Mon Sep 17 00:00:00 2001",  # git's magic date for mailboxes that it wrote
            f"From: {formataddr((name, address))}",
            f"Date: {format_datetime(datetime.fromtimestamp(seconds, UTC))}",
            f"Subject: {_header(f'[PATCH {number}] {self.series.cover_subject}')}",
        ]
        if not body.isascii():
            headers.append("MIME-Version: 1.0")
            headers.append("Content-Type: text/plain; charset=UTF-8")
            headers.append("Content-Transfer-Encoding: 8bit")
        return _encoded("\n".join(headers) + "\n\n" + body)


@contextmanager
def committed(repository: Repository, series: Series) -> Iterator[Commits]:
    """Make the commits of a series in a scratch repository that borrows the objects of the user's."""
    identity = repository.identity(series.base)
    plan = tuple(
        Commit(
            _encoded(f"{patch.subject}\n\n{patch.body.strip()}\n"),
            tuple((change.mode, change.path, change.after) for change in patch.changes),
            _encoded(patch.notes),
        )
        for patch in series.patches
    )
    with scratch(repository.objects) as made:
        # The history before the base is none of our business, and in a shallow clone it is not there.
        (made.folder / "shallow").write_text(f"{series.base}\n")
        yield Commits(repository, made, series, identity, made.commit(plan, identity, series.base))


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")  # a path that is no UTF-8 has characters that cannot be encoded


def _header(text: str) -> str:
    return Header(text, None if text.isascii() else "utf-8", header_name="Subject").encode()


def _parsed(identity: str) -> tuple[str, str, int]:
    """Name, address and seconds of a line that `git var` gave."""
    person, seconds, _ = identity.rsplit(" ", 2)
    name, address = person.rstrip(">").rsplit(" <", 1)
    return name, address, int(seconds)
