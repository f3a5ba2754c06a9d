# SPDX-License-Identifier: GPL-2.0-only
"""What is to be proved of which series."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fencemig.ledger import Ledger
from fencemig.migration import Migration
from fencemig.system.kernel import Tree
from fencemig.system.spatch import Spatch
from fencemig.verify.mails import PatchMail
from fencemig.verify.model import Level

Progress = Callable[[str, int, int, str], None]  # the check, how much is done, of how much, the patch or object


@dataclass(frozen=True)
class Compiling:
    """How to compile: `cross` gives for an architecture the prefix of its compiler, `arguments` go to make as they
    are, `fragments` is the folder of the configurations that come with fencemig; `keep` leaves the checkout behind.
    """

    fragments: Path
    cross: Mapping[str, str] = field(default_factory=dict)
    arguments: Sequence[str] = ()
    keep: bool = False


@dataclass(frozen=True)
class Request:
    """A series to prove: `tree` is read from its base commit, `files` are its mails, in order, in `folder`.

    `mails` is what they say. `timeout` is for spatch, for one file, in seconds.
    """

    tree: Tree
    folder: Path
    files: Sequence[str]
    mails: Sequence[PatchMail]
    ledger: Ledger
    migration: Migration
    spatch: Spatch
    level: Level
    jobs: int
    timeout: float
    compiling: Compiling
    progress: Progress

    @property
    def patches(self) -> tuple[Path, ...]:
        """The mails' files."""
        return tuple(self.folder / file for file in self.files)
