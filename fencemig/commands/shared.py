# SPDX-License-Identifier: GPL-2.0-only
"""What the commands share: the options that all of them take, the tree, the survey, the terminal."""

import io
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fencemig.commands.guard import OK, UNREACHED, say
from fencemig.commands.places import OUTGOING as OUTGOING
from fencemig.commands.places import default_migration
from fencemig.decisions import Decisions
from fencemig.errors import UserError
from fencemig.inert import one_line
from fencemig.ledger import Ledger
from fencemig.model import Site, Verdict
from fencemig.system import kernel, terminal
from fencemig.system.spatch import Spatch, find_spatch

# What takes long to import is imported where it is needed: a scan that finds its ledger in the cache needs none of it.
if TYPE_CHECKING:
    from rich.console import Console

    from fencemig.migration import Migration
    from fencemig.pipeline import Survey


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


@dataclass(frozen=True)
class Question:
    """What the options ask about: a tree, and paths that are in it."""

    tree: kernel.Tree
    spatch: Spatch
    paths: tuple[str, ...]


class Judged(Protocol):
    """Sites with their verdicts, and what is to be noted about them."""

    @property
    def sites(self) -> Collection[Site]: ...

    @property
    def notes(self) -> tuple[str, ...]: ...


def asked(options: Options, tree: kernel.Tree | None = None) -> Question:
    """What the options ask about. Raises UserError for what is not there."""
    spatch = find_spatch()
    if spatch.doubt:
        say(f"warning: {spatch.doubt}: look twice at what it makes")
    if tree is None:
        tree = kernel.open_tree(top_of(options.tree), options.base)
    return Question(tree, spatch, tuple(inside(tree, path, options.tree is not None) for path in options.paths))


def surveyed(options: Options, tree: kernel.Tree | None = None) -> "Survey":
    """The survey of what is below the paths."""
    return survey_of(asked(options, tree), options)


def survey_of(question: Question, options: Options) -> "Survey":
    """The survey that answers a question."""
    from fencemig.pipeline import Request, survey

    tree, spatch, paths = question.tree, question.spatch, question.paths
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


def migration_of(folder: Path | None) -> "Migration":
    """The migration in a folder, or the one that fencemig brings."""
    from fencemig.migration import load_migration

    return load_migration(folder or default_migration())


def migration_for(made: Ledger, named: Path | None, folder: Path) -> "Migration":
    """The migration by which the ledger in an output folder was made. Raises UserError when another one is named."""
    migration = migration_of(named)
    if made.migration not in ("", migration.name):  # "": older than the key
        raise UserError(f"{folder} was made by the migration {made.migration}: name its folder with --migration")
    return migration


def ledger_of(found: "Survey") -> Ledger:
    """What a survey found, as a ledger."""
    from fencemig.evidence import Evidences

    request = found.request
    return Ledger(
        request.spatch.version,
        request.tree.version,
        found.generation,
        commit_of(request.tree),
        request.paths,
        found.sites,
        request.migration.name,
        Evidences(found.sites.of, request.migration, found.examined, found.stores),
    )


def commit_of(tree: kernel.Tree) -> str | None:
    """The commit that is read, or that the files on disk are checked out from."""
    return tree.commit or (tree.repository.head() if tree.repository else None)


def status_of(found: Judged) -> int:
    """The exit status of a command that surveyed; sites that were not reached are named, and odd decisions."""
    for note in found.notes:
        say(f"note: {note}")
    missed = [site for site in found.sites if site.verdict is Verdict.UNREACHED]
    for site in missed:
        say(f"unreached: {one_line(site.path)}:{site.line}: {site.before}: {site.reason}")
    return UNREACHED if missed else OK


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    stderr = console(stderr=True)
    if not shows_progress(stderr):
        yield lambda done, total, path: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("spatch"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, path: bar.update(task, completed=done, total=total, description=one_line(path))


def shows_progress(stderr: "Console") -> bool:
    """Whether somebody watches, on a terminal that can move its cursor; FORCE_COLOR makes none of a file."""
    return sys.stderr.isatty() and not stderr.is_dumb_terminal


def console(stderr: bool = False) -> "Console":
    """Where to print for people, without colours that nobody asked for."""
    from fencemig.report.screen import Screen
    from fencemig.report.theme import THEME

    return Screen(stderr=stderr, highlight=False, theme=THEME)


@contextmanager
def result() -> Iterator["Console"]:
    """Where to print a result for people: stdout, or the pager of a terminal, which gets it when it is complete."""
    if not sys.stdout.isatty():
        yield console()
        return
    from fencemig.report.screen import Screen
    from fencemig.report.theme import THEME

    with io.BytesIO() as collected:
        file = io.TextIOWrapper(collected, sys.stdout.encoding, "replace", newline="\n", write_through=True)
        width = shutil.get_terminal_size().columns
        yield Screen(file=file, force_terminal=True, width=width, highlight=False, theme=THEME)
        terminal.show(collected.getvalue())


def link_root(tree: kernel.Tree) -> str:
    """The URL to link the tree's files with, or "" where that leads nowhere: a commit's files are not on disk."""
    return terminal.link_root(tree.top) if tree.commit is None else ""
