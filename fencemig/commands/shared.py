# SPDX-License-Identifier: GPL-2.0-only
"""What the commands share: the options that all of them take, the tree, the survey, the terminal."""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fencemig.commands.guard import OK, UNREACHED, say
from fencemig.commands.places import OUTGOING as OUTGOING
from fencemig.commands.places import default_migration
from fencemig.decisions import Decisions
from fencemig.errors import UserError
from fencemig.evidence import Evidences
from fencemig.ledger import Ledger
from fencemig.migration import Migration, load_migration
from fencemig.model import Verdict
from fencemig.pipeline import Request, Survey, survey
from fencemig.report.theme import THEME
from fencemig.system import kernel, terminal
from fencemig.system.spatch import find_spatch


@dataclass(frozen=True)
class Options:
    """What all commands that look at a tree are given. `timeout` is in seconds."""

    tree: Path | None
    paths: tuple[str, ...]
    base: str | None
    jobs: int | None
    timeout: float
    migration: Path | None
    decisions: Decisions = field(default_factory=Decisions)


def surveyed(options: Options, tree: kernel.Tree | None = None) -> Survey:
    """The survey of what is below the paths; what it has to note is said."""
    spatch = find_spatch()
    if spatch.doubt:
        say(f"warning: {spatch.doubt}: look twice at what it makes")
    if tree is None:
        tree = kernel.open_tree(top_of(options.tree), options.base)
    paths = tuple(inside(tree, path, options.tree is not None) for path in options.paths)
    jobs = options.jobs or len(os.sched_getaffinity(0))
    with _progress() as progress:
        migration = migration_of(options.migration)
        return survey(Request(tree, migration, spatch, paths, jobs, options.timeout, progress, options.decisions))


def top_of(tree: Path | None) -> Path:
    """The folder of the kernel tree: the one named, or the one around here."""
    return kernel.top_of(Path.cwd()) if tree is None else tree


def inside(tree: kernel.Tree, path: str, relative_to_tree: bool) -> str:
    """A path that the user named, relative to the tree. Raises UserError when it is not in it."""
    given = (tree.top if relative_to_tree else Path.cwd()) / path
    found = os.path.relpath(os.path.realpath(given), tree.top)
    if found == ".." or found.startswith("../"):
        raise UserError(f"{path} is outside of the tree {tree.top}")
    if not tree.exists(found):
        where = f"at {tree.commit[:12]}" if tree.commit else f"in {tree.top}"
        there = (
            "" if relative_to_tree or not tree.exists(path) else f": from here, say {os.path.relpath(tree.top / path)}"
        )
        raise UserError(f"{found} does not exist {where}{there}")
    return found


def migration_of(folder: Path | None) -> Migration:
    """The migration in a folder, or the one that fencemig brings."""
    return load_migration(folder or default_migration())


def migration_for(made: Ledger, named: Path | None, folder: Path) -> Migration:
    """The migration by which the ledger in an output folder was made. Raises UserError when another one is named."""
    migration = migration_of(named)
    if made.migration not in ("", migration.name):  # "": older than the key
        raise UserError(f"{folder} was made by the migration {made.migration}: name its folder with --migration")
    return migration


def ledger_of(found: Survey) -> Ledger:
    """What a survey found, as a ledger."""
    request = found.request
    return Ledger(
        request.spatch.version,
        request.tree.version,
        found.generation,
        commit_of(request.tree),
        request.paths,
        found.sites,
        request.migration.name,
        Evidences(found.sites, request.migration, found.examined, found.stores),
    )


def commit_of(tree: kernel.Tree) -> str | None:
    """The commit that is read, or that the files on disk are checked out from."""
    return tree.commit or (tree.repository.head() if tree.repository else None)


def status_of(found: Survey) -> int:
    """The exit status of a command that surveyed; sites that were not reached are named, and odd decisions."""
    for note in found.notes:
        say(f"note: {note}")
    missed = [site for site in found.sites if site.verdict is Verdict.UNREACHED]
    for site in missed:
        say(f"unreached: {site.path}:{site.line}: {site.before}: {site.reason}")
    return UNREACHED if missed else OK


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    stderr = console(stderr=True)
    if not shows_progress(stderr):
        yield lambda done, total, path: None
        return
    columns = (TextColumn("spatch"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, path: bar.update(task, completed=done, total=total, description=path)


def shows_progress(stderr: Console) -> bool:
    """Whether somebody watches, on a terminal that can move its cursor; FORCE_COLOR makes none of a file."""
    return sys.stderr.isatty() and not stderr.is_dumb_terminal


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # guarded() knows how to end; rich would end the program itself


def console(stderr: bool = False) -> Console:
    """Where to print for people, without colours that nobody asked for."""
    return _Console(stderr=stderr, highlight=False, theme=THEME)


@contextmanager
def result() -> Iterator[Console]:
    """Where to print a result for people: stdout, or the pager of a terminal, which gets it when it is complete."""
    if not sys.stdout.isatty():
        yield console()
        return
    with io.BytesIO() as collected:
        file = io.TextIOWrapper(collected, sys.stdout.encoding, "replace", newline="\n", write_through=True)
        width = shutil.get_terminal_size().columns
        yield _Console(file=file, force_terminal=True, width=width, highlight=False, theme=THEME)
        terminal.show(collected.getvalue())


def link_root(tree: kernel.Tree) -> str:
    """The URL to link the tree's files with, or "" where that leads nowhere: a commit's files are not on disk."""
    return terminal.link_root(tree.top) if tree.commit is None else ""
