# SPDX-License-Identifier: GPL-2.0-only
"""Patches that people made by hand, on top of what a series makes: by a three-way merge, in a scratch repository."""

import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path

from fencemig.errors import ToolError, UserError
from fencemig.model import Change
from fencemig.system.output import read_regular
from fencemig.system.scratch import Commit, Identity, Scratch, scratch

File = tuple[str, bytes]  # git's mode, content
_MODES = ("100644", "100755")
_NOBODY = Identity("fencemig <> 0 +0000", "fencemig <> 0 +0000")
_BLOB = re.compile(rb"^index ([0-9a-f]+)\.\.[0-9a-f]", re.MULTILINE)
_CANNOT = re.compile(r"^ (rename|copy|delete) (.*)$", re.MULTILINE)
_COMPLAINT = re.compile(
    r"^error: (?:patch failed: (?P<failed>.+):\d+"
    r"|(?P<other>.+): (?:patch does not apply|(?:does not exist|already exists) in index|No such file or directory))$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Handmade:
    """A patch of a person's, as it is on top of the series.

    `author` is a line as in a commit object: `Name <address> seconds +zone`.
    """

    subject: str
    body: str
    author: str
    changes: tuple[Change, ...]


def apply_handmade(
    file: Path,
    files: Mapping[str, File],
    read: Callable[[str], File | None],
    objects: Path | None,
) -> Handmade:
    """Apply a patch, as git format-patch writes it, with a three-way merge.

    `files` has what the series makes of files before it; `read` gives the base's for all others, None where it has
    none. `objects` is the folder of a repository's objects in which versions are looked for that the patch was
    made for. Raises UserError that names the patch, and what is in the way when it does not fit any longer.
    """
    with scratch(None) as made:
        mail = _read_mail(made, file)
        paths = _paths(made, file, mail.patch)
        before = {path: found for path in paths if (found := files.get(path) or read(path)) is not None}
        after = _applied(made, file, mail.patch, paths, before, _made_for(objects, mail.patch))
    changes = tuple(
        Change(path, before.get(path, ("", b""))[1], content, mode)
        for path, (mode, content) in sorted(after.items())
        if before.get(path) != (mode, content)
    )
    if not changes:
        raise UserError(f"{file}: all that it changes is there already: take it out of decisions.toml")
    return Handmade(mail.subject, mail.body, mail.author, changes)


@dataclass(frozen=True)
class _Mail:
    subject: str
    body: str
    author: str
    patch: bytes


def _read_mail(made: Scratch, file: Path) -> _Mail:
    """What git makes of a mail. Raises UserError for anything else than one patch with its header."""
    try:
        text = read_regular(file)
    except OSError as error:
        raise UserError(f"{file}: {error.strerror}") from error
    advice = "make the file with: git format-patch -1 --stdout COMMIT"
    # Line ends of the mail itself are none of the code's; of a mail without them, all are.
    keep = [] if text.partition(b"\n")[0].endswith(b"\r") else ["--keep-cr"]
    with tempfile.TemporaryDirectory(prefix="fencemig-") as folder:
        body, patch = Path(folder, "body"), Path(folder, "patch")
        count = int(made.git("mailsplit", "-b", *keep, f"-o{folder}", stdin=text).decode().strip() or 0)
        if count > 1:
            raise UserError(f"{file}: has {count} patches: give each a file, and an entry, of its own; {advice}")
        mail = Path(folder, "0001").read_bytes() if count else b""
        said = made.git("mailinfo", "--encoding=UTF-8", "--no-scissors", str(body), str(patch), stdin=mail)
        head = dict(line.split(": ", 1) for line in said.decode(errors="replace").splitlines() if ": " in line)
        message, diff = body.read_bytes().decode(errors="replace").strip(), patch.read_bytes()
    missing = [name for name in ("Author", "Email", "Date", "Subject") if not head.get(name, "").strip()]
    if missing:
        raise UserError(f"{file}: is no patch with the header of a mail ({', '.join(missing)} missing): {advice}")
    if b"diff --git " not in diff:
        raise UserError(f"{file}: has no changes as git writes them: {advice}")
    return _Mail(
        head["Subject"].strip(), message, f"{head['Author']} <{head['Email']}> {_date(file, head['Date'])}", diff
    )


def _date(file: Path, date: str) -> str:
    try:
        parsed = parsedate_to_datetime(date)
    except ValueError as error:
        raise UserError(f"{file}: {date!r} is no date") from error
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)  # -0000: the zone is not known
    return f"{int(zoned.timestamp())} {zoned:%z}"


def _paths(made: Scratch, file: Path, patch: bytes) -> list[str]:
    """The files that a patch changes. Raises UserError for what a Change cannot say."""
    try:
        summary = made.git("apply", "--summary", stdin=patch).decode(errors="surrogateescape")
        numbers = made.git("apply", "--numstat", "-z", stdin=patch)
    except ToolError as error:
        raise UserError(f"{file}: git cannot read it: {_first_line(error)}") from error
    if found := _CANNOT.search(summary):
        raise UserError(f"{file}: cannot {found[1]} a file ({found[2].strip()}): only content, mode and new files")
    return [os.fsdecode(row.split(b"\t", 2)[2]) for row in numbers.split(b"\0") if row]


def _made_for(objects: Path | None, patch: bytes) -> list[bytes]:
    """The versions of files that a patch was made for, as far as a repository has them.

    They are copied out: a merge on top of somebody's objects would renew the times of those that it makes again.
    """
    wanted = _BLOB.findall(patch)
    if objects is None or not wanted:
        return []
    found = []
    with scratch(objects) as lent:
        said = lent.git("cat-file", "--batch", stdin=b"".join(blob + b"\n" for blob in wanted))
    while said:
        about, _, said = said.partition(b"\n")
        answer = about.split()
        if len(answer) == 3:  # else it is missing, or the short name stands for several
            size = int(answer[2])
            found += [said[:size]] if answer[1] == b"blob" else []
            said = said[size + 1 :]
    return found


def _applied(
    made: Scratch, file: Path, patch: bytes, paths: list[str], before: Mapping[str, File], made_for: list[bytes]
) -> dict[str, File]:
    """The files as the patch leaves them, by an index of them alone."""
    now = Commit(b"before", tuple((mode, path, content) for path, (mode, content) in before.items()))
    then = Commit(b"made for", tuple((_MODES[0], f"{number}", blob) for number, blob in enumerate(made_for)))
    base, _ = made.commit((now, then), _NOBODY, None)
    made.git("read-tree", base)
    try:
        made.git("apply", "--3way", "--cached", stdin=patch)
    except ToolError as error:
        raise _misfit(made, file, paths, error) from error
    after: dict[str, File] = {}
    for row in made.git("ls-files", "--stage", "-z").split(b"\0")[:-1]:
        state, _, name = row.partition(b"\t")
        mode, blob, _ = state.decode().split()
        if mode not in _MODES:
            raise UserError(f"{file}: cannot make {os.fsdecode(name)}, which is no regular file (mode {mode})")
        after[os.fsdecode(name)] = mode, made.git("cat-file", "blob", blob)
    return after


def _misfit(made: Scratch, file: Path, paths: list[str], error: ToolError) -> UserError:
    """What to tell of a patch that does not apply."""
    unmerged = made.git("ls-files", "--unmerged", "-z").split(b"\0")[:-1]
    conflicts = {os.fsdecode(row.partition(b"\t")[2]) for row in unmerged}
    said = error.stderr.decode(errors="surrogateescape")
    conflicts |= {found["failed"] or found["other"] for found in _COMPLAINT.finditer(said)}
    if not conflicts & set(paths):
        return UserError(f"{file}: cannot be applied: {_first_line(error)}")
    named = ", ".join(sorted(conflicts & set(paths)))
    return UserError(f"{file} no longer fits {named}: rebase it onto the series, or take it out of decisions.toml")


def _first_line(error: ToolError) -> str:
    lines = error.stderr.decode(errors="replace").splitlines() or [str(error)]
    return lines[0].removeprefix("error: ")
