# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of series and their mails share: small plans for a copy of a fixture kernel."""

import email
import email.policy
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from helpers import git

from fencemig.model import Change, Mail, Patch, Person, Series, Subsystem
from fencemig.system import git as door
from fencemig.system.commits import committed
from fencemig.system.git import Repository
from fencemig.system.ranges import Earlier, range_diff

HOST1X, PLOVER, IIO = (
    "drivers/gpu/host1x/fence.c",
    "drivers/gpu/drm/plover/plover_fence.c",
    "drivers/iio/industrialio-buffer.c",
)
ANNA = Person("Anna Example <anna@example.org>", "maintainer")
LIST = Person("dri-devel@lists.example.org", "list")


def opened(tree: Path) -> Repository:
    repository = door.discover(tree)
    assert repository is not None
    return repository


def patch(tree: Path, path: str, subject: str, line: str = "/* lamp */", **more: Any) -> Patch:
    """A patch that adds a line at the end of a file of the tree; without the file, it makes one."""
    before = (tree / path).read_bytes() if (tree / path).exists() else b""
    change = Change(path, before, before + f"{line}\n".encode())
    body = more.pop("body", "Lamps go out.\n\nThey should say why.")
    return Patch(Subsystem("LAMPS", "lamp:"), subject, body, (change,), **more)


def plan(tree: Path, *patches: Patch, **more: Any) -> Series:
    """A series on what is checked out."""
    return Series(git(tree, "rev-parse", "HEAD"), "lamp: Say why", "Lamps go out.", patches, **more)


def two(tree: Path, **more: Any) -> Series:
    """A series of two patches of two drivers."""
    first = patch(tree, HOST1X, "gpu: host1x: Say why", to=(ANNA,), cc=(LIST,))
    return plan(tree, first, patch(tree, PLOVER, "drm/plover: Say why", to=(ANNA,)), **more)


def write(tree: Path, series: Series, folder: Path, mail: Mail | None = None, earlier: Earlier | None = None) -> Path:
    """Write a series into a folder, with a range-diff when there is an earlier one, and return the folder."""
    with committed(opened(tree), series, mail or Mail()) as commits:
        commits.write_patches(folder, range_diff(commits, earlier) if earlier else "")
    return folder


def mails(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.patch"))


def patch_id(path: Path) -> str:
    """The hash of what a mail changes."""
    command = ["git", "patch-id", "--stable"]
    done = subprocess.run(command, input=path.read_bytes(), capture_output=True, check=True)
    return done.stdout.decode().split()[0]


def read(path: Path) -> EmailMessage:
    """A mail that format-patch wrote, behind the line that makes it a mailbox."""
    text = path.read_bytes().split(b"\n", 1)[1]
    message = email.message_from_bytes(text, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message
