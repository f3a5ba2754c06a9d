# SPDX-License-Identifier: GPL-2.0-only
"""The command verify: proofs about an output folder."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fencemig import proof
from fencemig.commands.guard import FAILED, OK, encoded, say
from fencemig.commands.shared import Options, console, migration_for, result, shows_progress, top_of
from fencemig.errors import UserError
from fencemig.inert import one_line
from fencemig.proof import Compiling, Request
from fencemig.report import verify as report
from fencemig.system import checkout, kernel
from fencemig.system.folder import read_folder
from fencemig.system.results import save
from fencemig.system.spatch import find_spatch
from fencemig.verify.mails import parse_mail
from fencemig.verify.model import Level, as_json


@dataclass(frozen=True)
class Means:
    """How to compile: whether the checkout stays, cross compilers as ARCH=PREFIX, arguments for make."""

    keep: bool = False
    cross: tuple[str, ...] = ()
    make_arguments: tuple[str, ...] = ()


def verify(options: Options, folder: Path, level: Level, output_format: str, means: Means) -> int:
    """Prove what is to be proved of an output folder, leave verify.json in it, and print a table, or the same JSON."""
    with _progress() as progress:
        request = request_for(options, folder, level, means, progress)
        done = save(proof.prove(request), folder)
    if output_format == "json":
        sys.stdout.buffer.write(encoded(as_json(done)))
    else:
        with result() as screen:
            report.print_report(screen, done, folder)
    for check in done.failed:
        say(f"{check.level}, {check.name}: {check.problems[0]}; details in {folder / (check.log or '')}")
    return FAILED if done.failed else OK


def request_for(options: Options, folder: Path, level: Level, means: Means, progress: proof.Progress) -> Request:
    """What is to be proved of an output folder. Raises UserError when it cannot be here."""
    sent = read_folder(folder)
    if sent.ledger.commit is None:
        raise UserError(f"{folder} does not say which commit it is for")
    tree = kernel.open_tree(top_of(options.tree), sent.ledger.commit)
    proof.refuse_missing(level, tree)
    names = [patch.file for patch in sent.patches]
    return Request(
        tree=tree,
        folder=folder,
        files=names,
        mails=[parse_mail((folder / name).read_bytes()) for name in names],
        ledger=sent.ledger,
        migration=migration_for(sent.ledger, options.migration, folder),
        spatch=find_spatch(),
        level=level,
        jobs=options.jobs or len(os.sched_getaffinity(0)),
        timeout=options.timeout,
        compiling=Compiling(_fragments(), dict(map(_cross, means.cross)), means.make_arguments, means.keep),
        progress=progress,
    )


def clean() -> int:
    """Remove the checkout and the build folders."""
    freed = checkout.clean()
    say(f"removed {checkout.cache_folder()}: {freed / 1e9:.1f} GB")
    return OK


def _cross(given: str) -> tuple[str, str]:
    """ARCH=PREFIX as it is given to --cross. Raises UserError when it is not that, or there is no such compiler."""
    found = re.fullmatch(r"(\w+)=(\S+)", given)
    if found is None:
        raise UserError(f"--cross {given}: give it as in arm64=aarch64-linux-gnu-")
    if shutil.which(f"{found[2]}gcc") is None:
        raise UserError(f"--cross {given}: there is no {found[2]}gcc")
    return found[1], found[2]


def _fragments() -> Path:
    """The folder of the configurations that come with fencemig."""
    installed = Path(str(files("fencemig"))) / "kernel"
    return installed if installed.is_dir() else Path(str(files("fencemig"))).parent / "tools" / "kernel"


@contextmanager
def _progress() -> Iterator[proof.Progress]:
    terminal = console(stderr=True)
    if not shows_progress(terminal):
        yield lambda what, done, total, name: None
        return
    columns = (TextColumn("{task.fields[what]}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.description}", markup=False), console=terminal, transient=True) as bar:
        task = bar.add_task("", total=None, what="")
        yield lambda what, done, total, name: bar.update(
            task, completed=done, total=total or None, description=one_line(name), what=what
        )
