# SPDX-License-Identifier: GPL-2.0-only
"""The output folder of an earlier run: what its cover letter says, and how a new series differs from it."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fencemig.errors import ToolError, UserError
from fencemig.messages import parse_message
from fencemig.system.commits import Commits
from fencemig.system.git import Repository
from fencemig.system.output import read_regular
from fencemig.system.scratch import Commit, Identity, Scratch, environment, run_git, scratch

_NOBODY = Identity("fencemig <> 0 +0000", "fencemig <> 0 +0000")
_COVER = "*0000-cover-letter.patch"

# Ended by the next, by what tools put below it, or by the list of patches: "Name (3):".
_HEAD = r"^Changes in v\d+:[ \t]*$"
_CHANGES = re.compile(
    _HEAD + r".*?(?=" + _HEAD + r"|^Range-diff |^---$|^-- $|^base-commit: |^[^\s*-].* \(\d+\):$|\Z)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Earlier:
    """A series as it was written into a folder.

    `prerequisites` are the ids of the patches between `base` and its own; `changelog` has every "Changes in vN:"
    that its cover letter has, "" without one.
    """

    folder: Path
    base: str
    version: int
    change_id: str
    changelog: str
    prerequisites: tuple[str, ...]
    patches: tuple[Path, ...]


def has_series(folder: Path) -> bool:
    """Whether a folder has the cover letter of a series."""
    return any(folder.glob(_COVER))


def read_earlier(folder: Path) -> Earlier:
    """Read the output folder of an earlier run. Raises UserError when it is none."""
    covers = sorted(folder.glob(_COVER))
    if len(covers) != 1:
        raise UserError(f"{folder} is no series: it has {len(covers) or 'no'} cover letter{'s' * (len(covers) > 1)}")
    text = _body(covers[0])
    base = re.search(r"^base-commit: ([0-9a-f]{40,64})$", text, re.MULTILINE)
    name = re.fullmatch(r"(?:v(\d+)-)?0000-cover-letter\.patch", covers[0].name)
    if base is None or name is None:
        raise UserError(f"{covers[0]} names no base-commit: it is no cover letter of fencemig")
    start = covers[0].name.removesuffix("0000-cover-letter.patch")
    patches = tuple(path for path in sorted(folder.glob(f"{start}[0-9]*.patch")) if path != covers[0])
    if not patches:
        raise UserError(f"{folder} is no series: it has no patches besides the cover letter")
    if odd := [path for path in patches if not path.is_file()]:
        raise UserError(f"{odd[0]} is no regular file")
    identifier = re.search(r"^change-id: (\S+)$", text, re.MULTILINE)
    return Earlier(
        folder=folder,
        base=base[1],
        version=int(name[1] or 1),
        change_id=identifier[1] if identifier else "",
        changelog="\n\n".join(block.strip() for block in _CHANGES.findall(text)),
        prerequisites=tuple(re.findall(r"^prerequisite-patch-id: ([0-9a-f]{40,64})$", text, re.MULTILINE)),
        patches=patches,
    )


def range_diff(commits: Commits, earlier: Earlier) -> str:
    """How the series differs from an earlier one, as `git range-diff` says it, under a line for the cover letter.

    Raises UserError when the earlier base is not in the user's repository, or its patches do not apply there.
    """
    with scratch(None) as rebuilt:  # apart: git dates objects anew that it finds where it would write them
        prerequisites = _prerequisites(rebuilt, earlier)
        old = _applied(commits.repository, rebuilt, earlier, (*prerequisites, *earlier.patches))
        ranges = (f"{old[len(prerequisites)]}..{old[-1]}", f"{commits.below}..{commits.hashes[-1]}")
        settings = ("-c", "core.abbrev=12", "range-diff", "--no-color", "--no-notes")
        both = environment(
            {
                "GIT_DIR": str(commits.scratch.folder),
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(rebuilt.folder / "objects"),
            }
        )
        text = run_git((*settings, *ranges), rebuilt.folder, both)
    return f"Range-diff against v{earlier.version}:\n{text.decode(errors='replace')}"


def _body(mail: Path) -> str:
    try:
        return parse_message(read_regular(mail)).text.replace("\r\n", "\n")
    except OSError as error:
        raise UserError(f"{mail}: {error.strerror}") from error


def _prerequisites(made: Scratch, earlier: Earlier) -> list[Path]:
    """The patches below the earlier ones, from the folders beside it. Raises UserError when one is not there."""
    if not earlier.prerequisites:
        return []
    found: dict[str, Path] = {}
    for path in filter(Path.is_file, sorted(earlier.folder.resolve().parent.glob("*/*.patch"))):
        if identifier := made.git("patch-id", "--stable", stdin=path.read_bytes()).decode().split():
            found[identifier[0]] = path
    missing = [identifier for identifier in earlier.prerequisites if identifier not in found]
    if missing:
        raise UserError(f"no folder beside {earlier.folder} has the patch {missing[0][:12]}, which it builds on")
    return [found[identifier] for identifier in earlier.prerequisites]


def _applied(repository: Repository, made: Scratch, earlier: Earlier, patches: Sequence[Path]) -> list[str]:
    """Commit mails on top of a tree of nothing but the files that they touch; the hashes, with that of this first."""
    try:
        base = repository.resolve(earlier.base)
    except UserError as error:
        raise UserError(
            f"{repository.top} has no {earlier.base[:12]}, the base of {earlier.folder}: fetch it"
        ) from error
    paths = sorted({path for patch in patches for path in _touched(made, patch)})
    found = [(path, blob) for path in paths if (blob := repository.read_blob(base, path)) is not None]
    files = tuple((blob.mode, path, blob.data) for path, blob in found)
    hashes = list(made.commit([Commit(b"base", files)], _NOBODY, None))
    made.git("read-tree", hashes[0])
    for patch in patches:
        hashes.append(_commit(made, patch, hashes[-1]))
    return hashes


def _touched(made: Scratch, patch: Path) -> list[str]:
    try:
        counted = made.git("apply", "--numstat", "-z", str(patch.resolve()))
    except ToolError as error:
        raise UserError(f"{patch} is no patch: {_reason(error)}") from error
    return [os.fsdecode(line.split(b"\t", 2)[2]) for line in counted.split(b"\0") if line]


def _commit(made: Scratch, patch: Path, parent: str) -> str:
    """A mail as a commit on top of another, whose files are in the index."""
    message, change = made.folder / "message", made.folder / "patch"
    try:
        told = made.git("mailinfo", "--encoding=UTF-8", str(message), str(change), stdin=patch.read_bytes())
        made.git("apply", "--cached", "--whitespace=nowarn", str(change))
        tree = made.git("write-tree").decode().strip()
        fields = dict(line.split(": ", 1) for line in told.decode(errors="replace").splitlines() if ": " in line)
        author = f"{fields.get('Author', '')} <{fields.get('Email', '')}> 0 +0000"
        head = f"tree {tree}\nparent {parent}\nauthor {author}\ncommitter {_NOBODY.committer}\n\n"
        text = f"{head}{fields.get('Subject', '')}\n\n".encode() + message.read_bytes()
        return made.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=text).decode().strip()
    except ToolError as error:
        raise UserError(f"{patch} does not apply to the base of its series any more: {_reason(error)}") from error


def _reason(error: ToolError) -> str:
    return error.stderr.decode(errors="replace").strip().partition("\n")[0]
