# SPDX-License-Identifier: GPL-2.0-only
"""The commands that look at a tree."""

from typing import Annotated

import typer

from fencemig.cli.options import Base, Format, Jobs, MigrationFolder, Paths, Timeout, Tree
from fencemig.cli.program import end_with


def scan(
    context: typer.Context,
    paths: Paths,
    tree: Tree = None,
    output_format: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="How to print the ledger.")
    ] = Format.TABLE,
    base: Base = None,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationFolder = None,
) -> None:
    """List every site below PATH with its verdict: the ledger."""
    from fencemig.commands import scan as command
    from fencemig.commands.shared import Options

    options = Options(tree or context.obj, tuple(paths), base, jobs, timeout, migration)
    end_with(lambda: command.scan(options, output_format))


def audit(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH...", help="Files or folders (default: the whole tree).")
    ] = None,
    tree: Tree = None,
    output_format: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="How to print the audit.")
    ] = Format.TABLE,
    base: Base = None,
) -> None:
    """Say what a redesign of dma_fence must know: fence callbacks, and the code around signalling."""
    from fencemig.commands import look as command

    where = tree or context.obj
    end_with(lambda: command.audit(where, tuple(paths or ()), base, output_format))


def explain(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="RULE|SITE", help="A rule, the id of a site as in the ledger, or PATH:LINE.")
    ],
    tree: Tree = None,
    base: Base = None,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationFolder = None,
) -> None:
    """Say why a site has its verdict, or what a rule does."""
    from fencemig.commands import look as command
    from fencemig.commands.shared import Options

    options = Options(tree or context.obj, (), base, jobs, timeout, migration)
    end_with(lambda: command.explained(options, name))
