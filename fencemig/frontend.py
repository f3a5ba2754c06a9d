# SPDX-License-Identifier: GPL-2.0-only
"""The commands: from options to what a terminal, a pipe and an output folder get."""

import os
import shlex
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fencemig import __version__, explain, ledger, series
from fencemig.audit import WORDS
from fencemig.audit import audit as audit_sources
from fencemig.errors import ToolError, UserError
from fencemig.ledger import Ledger
from fencemig.migration import Migration, load_migration
from fencemig.model import Verdict
from fencemig.pipeline import Request, Survey, survey
from fencemig.report import audit as report_audit
from fencemig.report import diff, sarif, table
from fencemig.system import git, kernel, output, process, scratch
from fencemig.system.commits import committed
from fencemig.system.doctor import TreeFacts, examine
from fencemig.system.spatch import find_spatch
from fencemig.types import Headers

OK, FAILED, USAGE, UNREACHED, INTERRUPTED = 0, 1, 2, 3, 130
_DEFAULT_MIGRATION = "dma_fence_signal"
_SHOWN = 10  # modified files that are named


@dataclass(frozen=True)
class Options:
    """What all commands that look at a tree are given. `timeout` is in seconds."""

    tree: Path | None
    paths: tuple[str, ...]
    base: str | None
    jobs: int | None
    timeout: float
    migration: Path | None


def guarded(command: Callable[[], int]) -> int:
    """Run a command and turn every way in which it can end into an exit status."""
    with process.interruptible():
        try:
            status = command()
            sys.stdout.flush()
            return status
        except UserError as error:
            _say(f"error: {error}")
            return USAGE
        except KeyboardInterrupt:
            process.stop_all()
            _say("interrupted: nothing was written")
            return INTERRUPTED
        except BrokenPipeError:
            _drop_output()
            return FAILED
        except OSError as error:  # a full disk, for example
            _drop_output()
            _say(f"error: {error}; {_log(error)}")
            return FAILED
        except ToolError as error:
            _say(f"error: {error}; {_log(error)}")
            return FAILED
        except Exception as error:
            _say(f"error: this is a bug in fencemig: {type(error).__name__}: {error}; {_log(error)}")
            return FAILED


def scan(options: Options, output_format: str) -> int:
    """Print the ledger."""
    found = _surveyed(options)
    if output_format == "json":
        sys.stdout.buffer.write(_encoded(ledger.as_json(_ledger(found))))
    elif output_format == "csv":
        sys.stdout.buffer.write(_encoded(ledger.as_csv(found.sites)))
    elif output_format == "sarif":
        texts = {one.source.path: one.source.text for one in found.examined}
        sys.stdout.buffer.write(_encoded(sarif.scan(found.sites, found.request.migration, texts)))
    else:
        table.print_sites(_console(), found.sites, found.subsystems)
    return _status(found)


def audit(top: Path | None, named: tuple[str, ...], base: str | None, output_format: str) -> int:
    """Print the audit of what is below the named paths, or of the whole tree."""
    tree = kernel.open_tree(_top(top), base)
    paths = tuple(_inside(tree, path, top is not None) for path in named) or (".",)
    migration = _migration(None)
    generation = migration.generation_of(tree.read(migration.header) or b"")
    sources = {path: text for path in tree.mentioning(WORDS) if (text := tree.read(path)) is not None}
    found = audit_sources(sources, Headers(tree.read, migration.symbols.struct.encode()), paths)
    if output_format == "json":
        about = report_audit.Audit(tree.version, generation, _commit(tree), paths, found)
        sys.stdout.buffer.write(_encoded(report_audit.as_json(about)))
    elif output_format == "csv":
        sys.stdout.buffer.write(_encoded(report_audit.as_csv(found)))
    elif output_format == "sarif":
        sys.stdout.buffer.write(_encoded(sarif.audit(found, sources)))
    else:
        report_audit.print_report(_console(), found)
    return OK


def explained(options: Options, name: str) -> int:
    """Print what a rule does, or why a site has its verdict."""
    place = explain.place_of(name)
    if place is None:
        _console().print(explain.explain_rule(_migration(options.migration), name), end="", soft_wrap=True)
        return OK
    tree = kernel.open_tree(_top(options.tree), options.base)
    path = _file(tree, place.path, options)
    found = _surveyed(replace(options, paths=(str(tree.top / path),)), tree)
    examined = {one.source.path: one for one in found.examined}
    for number, site in enumerate(explain.sites_at(place, path, found.sites)):
        text = explain.explain_site(site, found.request.migration, examined[path], found.stores, found.tracer)
        _console().print("\n" * (number > 0), text, sep="", end="", soft_wrap=True)
    return _status(found)


def dry_run(options: Options) -> int:
    """Print the diff that a conversion makes."""
    found = _surveyed(options)
    changes = diff.in_order(found.changes, found.subsystems)
    text = scratch.diff(changes) if changes else b""
    if sys.stdout.isatty():
        diff.print_coloured(_console(), text, found.subsystems)
    else:
        sys.stdout.buffer.write(text)
    table.print_summary(_console(stderr=True), found.sites, found.subsystems)
    return _status(found)


def convert(options: Options, folder: Path | None, force: bool, branch: str | None) -> int:
    """Write the patch series into an output folder, and leave it on a branch when one is named."""
    base = options.base or "HEAD"
    tree = kernel.open_tree(_top(options.tree), base)
    assert tree.repository is not None and tree.commit is not None  # open_tree() with a base
    tree.repository.identity(tree.commit)
    if branch is not None:
        tree.repository.check_branch(branch)
    folder = folder or Path("outgoing", f"{base.replace('/', '-')}-{tree.commit[:12]}")
    output.check_free(folder, force)
    found = _surveyed(options, tree)
    if not found.changes:
        _say("nothing to convert")
        return _status(found)
    command = shlex.join(["fencemig", "convert", "--base", tree.commit[:12], *found.request.paths])
    origin = series.Origin(tree.commit, tree.version, command, __version__, found.request.spatch.version)
    plan = series.plan(found.changes, found.sites, found.subsystems, found.request.migration.texts, origin)
    _point_out_modified(tree.repository, found)
    with committed(tree.repository, plan) as commits, output.whole_folder(folder) as draft:
        commits.write_patches(draft)
        (draft / "ledger.json").write_bytes(_encoded(ledger.as_json(_ledger(found))))
        if branch is not None:
            commits.create_branch(branch)  # before the folder appears: neither is left when it cannot be made
    table.print_summary(_console(stderr=True), found.sites, found.subsystems)
    _say(f"{len(plan.patches)} patches and a cover letter; apply them with: {_how_to_apply(folder, found)}")
    print(folder)
    return _status(found)


def doctor(tree: Path | None) -> int:
    """Print what this machine has and lacks."""
    facts = None
    try:
        top = _top(tree)
        opened = kernel.open_tree(top, None)
        migration = _migration(None)
        facts = TreeFacts(top, opened.version, migration.generation_of(opened.read(migration.header) or b""))
    except UserError as error:
        if tree is not None:
            facts = TreeFacts(tree, problem=str(error))
    findings = examine(facts)
    for finding in findings:
        print(f"{'ok  ' if finding.ok else 'LACK'}  {finding.name:10}  {finding.detail}")
        if finding.advice:
            print(f"{'':18}→ {finding.advice}")
    return OK if all(finding.ok for finding in findings) else USAGE


def _surveyed(options: Options, tree: kernel.Tree | None = None) -> Survey:
    spatch = find_spatch()
    if tree is None:
        tree = kernel.open_tree(_top(options.tree), options.base)
    paths = tuple(_inside(tree, path, options.tree is not None) for path in options.paths)
    jobs = options.jobs or len(os.sched_getaffinity(0))
    with _progress() as progress:
        return survey(Request(tree, _migration(options.migration), spatch, paths, jobs, options.timeout, progress))


def _top(tree: Path | None) -> Path:
    return kernel.top_of(Path.cwd()) if tree is None else tree


def _inside(tree: kernel.Tree, path: str, relative_to_tree: bool) -> str:
    """A path that the user named, relative to the tree. Raises UserError when it is not in it."""
    given = (tree.top if relative_to_tree else Path.cwd()) / path
    inside = os.path.relpath(os.path.realpath(given), tree.top)
    if inside == ".." or inside.startswith("../"):
        raise UserError(f"{path} is outside of the tree {tree.top}")
    if not tree.exists(inside):
        where = f"at {tree.commit[:12]}" if tree.commit else f"in {tree.top}"
        raise UserError(f"{path} does not exist {where}")
    return inside


def _file(tree: kernel.Tree, path: str, options: Options) -> str:
    """A file relative to the tree, which a ledger's id always is. Raises UserError, with the nearest, for none."""
    for relative_to_tree in (True, options.tree is not None):
        try:
            return _inside(tree, path, relative_to_tree)
        except UserError:
            continue
    known = tree.mentioning([_migration(options.migration).symbols.struct])
    raise UserError(f"{path} does not exist in {tree.top}; the nearest: {explain.nearest(path, known)}")


def _migration(folder: Path | None) -> Migration:
    if folder is not None:
        return load_migration(folder)
    installed = Path(str(files("fencemig"))) / "semantic_patches"
    checkout = Path(str(files("fencemig"))).parent / "semantic_patches"
    return load_migration((installed if installed.is_dir() else checkout) / _DEFAULT_MIGRATION)


def _ledger(found: Survey) -> Ledger:
    request = found.request
    return Ledger(
        request.spatch.version,
        request.tree.version,
        found.generation,
        _commit(request.tree),
        request.paths,
        found.sites,
    )


def _commit(tree: kernel.Tree) -> str | None:
    """The commit that is read, or that the files on disk are checked out from."""
    return tree.commit or (tree.repository.head() if tree.repository else None)


def _status(found: Survey) -> int:
    missed = [site for site in found.sites if site.verdict is Verdict.UNREACHED]
    for site in missed:
        _say(f"unreached: {site.path}:{site.line}: {site.before}: {site.reason}")
    return UNREACHED if missed else OK


def _how_to_apply(folder: Path, found: Survey) -> str:
    """The command for a shell. The cover letter is empty as a patch, and mails lose carriage returns."""
    keep = " --keep-cr" if any(b"\r\n" in change.before for change in found.changes) else ""
    return f"git am --empty=drop{keep} {shlex.quote(str(folder))}/*.patch"


def _point_out_modified(repository: git.Repository, found: Survey) -> None:
    modified = repository.modified_files(found.request.paths)
    if modified:
        named = ", ".join(modified[:_SHOWN]) + (" …" if len(modified) > _SHOWN else "")
        _say(f"note: modified in the work tree, and not part of the base: {named}")


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    console = _console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total, path: None
        return
    columns = (TextColumn("spatch"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, path: bar.update(task, completed=done, total=total, description=path)


def _console(stderr: bool = False) -> Console:
    return Console(stderr=stderr, highlight=False)


def _encoded(text: str) -> bytes:
    """UTF-8 whatever the locale; the bytes of a path that are none become escapes, which JSON reads back."""
    return text.encode(errors="backslashreplace")


def _drop_output() -> None:
    """Forget what stdout would not take, or Python complains a second time at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str) -> None:
    print(f"fencemig: {message}", file=sys.stderr)


def _log(error: Exception) -> str:
    """Write all that is known of a failure into a file, and say where."""
    parts = ["".join(traceback.format_exception(error))]
    if isinstance(error, ToolError):
        parts.append(f"command: {shlex.join(error.argv)}\nexit status: {error.status}\n")
        parts += [f"--- {name}\n{text.decode(errors='replace')}\n"
                  for name, text in (("stdout", error.stdout), ("stderr", error.stderr))]  # fmt: skip
    try:
        with tempfile.NamedTemporaryFile("wb", prefix="fencemig-", suffix=".log", delete=False) as log:
            log.write(_encoded("\n".join(parts)))
    except OSError as no_log:
        return f"no log could be written: {no_log}"
    return f"details in {log.name}"
