# SPDX-License-Identifier: GPL-2.0-only
"""The commands that make a series and prove it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fencemig.cli.options import Jobs, MigrationFolder, Paths, ReportFormat, Timeout, Tree
from fencemig.cli.program import end_with
from fencemig.verify.level import Level

_SERIES, _MAILS, _BUILD = "The series", "The mails", "Compiling"  # headings of options


class Layout(StrEnum):
    """How a series is laid out."""

    STAGED = "staged"
    FLAG_DAY = "flag-day"


class SplitBy(StrEnum):
    """What a series is split by."""

    SUBSYSTEM = "subsystem"
    TREE = "tree"


def convert(
    context: typer.Context,
    paths: Paths,
    tree: Tree = None,
    only_diff: Annotated[bool, typer.Option("--dry-run", help="Print the diff and write nothing.")] = False,
    interactive: Annotated[
        bool, typer.Option("-i", "--interactive", help="Ask about each conversion that is marked for review.")
    ] = False,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What people decided (default: decisions.toml beside the output folder)."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", rich_help_panel=_SERIES, help="The folder of the series (default: outgoing/BASE-HASH)."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", rich_help_panel=_SERIES, help="Replace an earlier output folder.")
    ] = False,
    branch: Annotated[
        str | None, typer.Option(metavar="NAME", rich_help_panel=_SERIES, help="Leave the commits on a new branch too.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="REV", help="Convert this commit (default: HEAD; --dry-run: the disk).")
    ] = None,
    layout: Annotated[
        Layout,
        typer.Option(
            metavar="LAYOUT",
            rich_help_panel=_SERIES,
            help="The new API first and each subsystem alone, or everything in one patch.",
        ),
    ] = Layout.STAGED,
    split_by: Annotated[
        SplitBy,
        typer.Option(
            metavar="UNIT",
            rich_help_panel=_SERIES,
            help="One series, a patch for each subsystem; or one series for each maintainer's tree.",
        ),
    ] = SplitBy.SUBSYSTEM,
    no_core: Annotated[
        bool, typer.Option("--no-core", rich_help_panel=_SERIES, help="Leave out the patches of the API itself.")
    ] = False,
    signoff: Annotated[
        bool, typer.Option("-s", "--signoff", rich_help_panel=_SERIES, help="Sign the commits off, as you.")
    ] = False,
    to: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", rich_help_panel=_MAILS, help="Send all mails there, too.")
    ] = None,
    cc: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", rich_help_panel=_MAILS, help="Send a copy of all mails there."),
    ] = None,
    no_cc: Annotated[
        bool, typer.Option("--no-cc", rich_help_panel=_MAILS, help="Send copies to nobody of MAINTAINERS.")
    ] = False,
    version: Annotated[
        int,
        typer.Option(
            "-v",
            "--reroll-count",
            metavar="N",
            min=1,
            rich_help_panel=_MAILS,
            help="Mark the series as its Nth version.",
        ),
    ] = 1,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", rich_help_panel=_MAILS, help="The version before: for range-diff, changelog and change-id."
        ),
    ] = None,
    verified: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            rich_help_panel=_MAILS,
            help="This series, proved by fencemig verify: the cover letter says how.",
        ),
    ] = None,
    rfc: Annotated[bool, typer.Option("--rfc", rich_help_panel=_MAILS, help="[RFC PATCH] instead of [PATCH].")] = False,
    subject_prefix: Annotated[
        str, typer.Option(metavar="PREFIX", rich_help_panel=_MAILS, help="What to write instead of PATCH.")
    ] = "PATCH",
    in_reply_to: Annotated[
        str | None,
        typer.Option(metavar="MESSAGE-ID", rich_help_panel=_MAILS, help="Make the cover letter an answer to a mail."),
    ] = None,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationFolder = None,
) -> None:
    """Convert what is below PATH into a patch series, or print the diff.

    The work tree, the index and the checked-out branch stay as they are.
    """
    from fencemig.commands import convert as command
    from fencemig.commands.look import dry_run
    from fencemig.commands.shared import Options
    from fencemig.model import Mail

    options = Options(tree or context.obj, tuple(paths), base, jobs, timeout, migration)
    if only_diff:
        end_with(lambda: dry_run(options, decisions))
    wishes = command.Wishes(
        folder=output,
        force=force,
        branch=branch,
        flag_day=layout is Layout.FLAG_DAY,
        by_tree=split_by is SplitBy.TREE,
        core=not no_core,
        decisions=decisions,
        interactive=interactive,
        mail=Mail(subject_prefix, rfc, version, in_reply_to, signoff),
        previous=previous,
        verified=verified,
        to=tuple(to or ()),
        cc=tuple(cc or ()),
        from_maintainers=not no_cc,
    )
    end_with(lambda: command.convert(options, wishes))


def review(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="An output folder of fencemig convert, or a folder of several.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The page (default: review-DIR.html; - for stdout)."),
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
) -> None:
    """Make a web page of a series, to review it: one file that needs nothing else."""
    from fencemig.commands import review as command

    end_with(lambda: command.review(folder, output, opened))


def verify(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="An output folder of fencemig convert.")] = None,
    tree: Tree = None,
    level: Annotated[
        Level, typer.Option(metavar="LEVEL", help="How far to go; each level includes those before it.")
    ] = Level.APPLY,
    output_format: Annotated[
        ReportFormat, typer.Option("--format", metavar="FORMAT", help="How to print it.")
    ] = ReportFormat.TABLE,
    keep: Annotated[
        bool, typer.Option("--keep", rich_help_panel=_BUILD, help="Keep the checkout and the build folders.")
    ] = False,
    cross: Annotated[
        list[str] | None, typer.Option(metavar="ARCH=PREFIX", rich_help_panel=_BUILD, help="A cross compiler.")
    ] = None,
    make_arg: Annotated[
        list[str] | None, typer.Option(metavar="ARG", rich_help_panel=_BUILD, help="An argument for make.")
    ] = None,
    clean: Annotated[
        bool, typer.Option("--clean", rich_help_panel=_BUILD, help="Remove the checkout and the build folders.")
    ] = False,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationFolder = None,
) -> None:
    """Prove a series: it applies, looks right, compiles, and passes KUnit. The results are in DIR/verify.json."""
    from fencemig.commands import verify as command
    from fencemig.commands.shared import Options

    if clean:
        end_with(command.clean)
    if folder is None:
        raise typer.BadParameter("name an output folder of fencemig convert", param_hint="DIR")
    options = Options(tree or context.obj, (), None, jobs, timeout, migration)
    means = command.Means(keep, tuple(cross or ()), tuple(make_arg or ()))
    end_with(lambda: command.verify(options, folder, level, output_format, means))


def status(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An output folder of fencemig convert.")],
    tree: Tree = None,
    onto: Annotated[str | None, typer.Option(metavar="REV", help="The commit to compare with (default: HEAD).")] = None,
    output_format: Annotated[
        ReportFormat, typer.Option("--format", metavar="FORMAT", help="How to print it.")
    ] = ReportFormat.TABLE,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationFolder = None,
) -> None:
    """Say which patches of an earlier series are in a newer tree, what came since, and what to send next."""
    from fencemig.commands import status as command
    from fencemig.commands.shared import Options

    options = Options(tree or context.obj, (), onto, jobs, timeout, migration)
    end_with(lambda: command.status(options, folder, output_format))
