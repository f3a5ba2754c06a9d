# SPDX-License-Identifier: GPL-2.0-only
"""The command line: options in, exit status out."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fencemig import __version__

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How a ledger is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    SARIF = "sarif"


Paths = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files or folders: relative to the tree with -C, else to here.")
]
TreeOption = Annotated[
    Path | None, typer.Option("-C", "--tree", metavar="DIR", help="The kernel tree (default: the one around here).")
]
Base = Annotated[str | None, typer.Option(metavar="REV", help="Read this commit, not the files on disk.")]
Jobs = Annotated[int | None, typer.Option("-j", "--jobs", min=1, help="Files at once (default: the processors).")]
Timeout = Annotated[float, typer.Option(min=0.001, help="Seconds that spatch may take for one file.")]
MigrationOption = Annotated[Path | None, typer.Option("--migration", metavar="DIR", help="Another migration's folder.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fencemig {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    tree: TreeOption = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Tree-wide API migrations in the Linux kernel.

    Coccinelle transforms, git makes the patches, and every site is accounted for.
    """
    context.obj = tree


@app.command()
def convert(
    context: typer.Context,
    paths: Paths,
    tree: TreeOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the diff and write nothing.")] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of the series (default: outgoing/BASE-HASH).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier output folder.")] = False,
    branch: Annotated[str | None, typer.Option(metavar="NAME", help="Leave the commits on a new branch too.")] = None,
    base: Annotated[
        str | None, typer.Option(metavar="REV", help="Convert this commit (default: HEAD; --dry-run: the disk).")
    ] = None,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationOption = None,
) -> None:
    """Convert what is below PATH into a patch series, or print the diff.

    The work tree, the index and the checked-out branch stay as they are.
    """
    from fencemig import frontend

    options = frontend.Options(tree or context.obj, tuple(paths), base, jobs, timeout, migration)
    if dry_run:
        raise typer.Exit(frontend.guarded(lambda: frontend.dry_run(options)))
    raise typer.Exit(frontend.guarded(lambda: frontend.convert(options, output, force, branch)))


@app.command()
def scan(
    context: typer.Context,
    paths: Paths,
    tree: TreeOption = None,
    output_format: Annotated[Format, typer.Option("--format", help="How to print the ledger.")] = Format.TABLE,
    base: Base = None,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationOption = None,
) -> None:
    """List every site below PATH with its verdict: the ledger."""
    from fencemig import frontend

    options = frontend.Options(tree or context.obj, tuple(paths), base, jobs, timeout, migration)
    raise typer.Exit(frontend.guarded(lambda: frontend.scan(options, output_format)))


@app.command()
def audit(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH...]", help="Files or folders (default: the whole tree).")
    ] = None,
    tree: TreeOption = None,
    output_format: Annotated[Format, typer.Option("--format", help="How to print the audit.")] = Format.TABLE,
    base: Base = None,
) -> None:
    """Say what a redesign of dma_fence must know: fence callbacks, and the code around signalling."""
    from fencemig import frontend

    where = tree or context.obj
    raise typer.Exit(frontend.guarded(lambda: frontend.audit(where, tuple(paths or ()), base, output_format)))


@app.command()
def explain(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="RULE|SITE", help="A rule, the id of a site as in the ledger, or PATH:LINE.")
    ],
    tree: TreeOption = None,
    base: Base = None,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationOption = None,
) -> None:
    """Say why a site has its verdict, or what a rule does."""
    from fencemig import frontend

    options = frontend.Options(tree or context.obj, (), base, jobs, timeout, migration)
    raise typer.Exit(frontend.guarded(lambda: frontend.explained(options, name)))


@app.command()
def doctor(context: typer.Context, tree: TreeOption = None) -> None:
    """Say what this machine has, and what to install for what it lacks."""
    from fencemig import frontend

    raise typer.Exit(frontend.guarded(lambda: frontend.doctor(tree or context.obj)))
