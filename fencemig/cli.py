# SPDX-License-Identifier: GPL-2.0-only
"""The command line: options in, exit status out."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from fencemig import __version__
from fencemig.usage.model import Manual
from fencemig.usage.page import front_page, help_page
from fencemig.usage.reading import described, manual_of
from fencemig.verify.level import Level


class _Usage:
    """What the usage lines of help and of errors say."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return list(described(self, ctx).usage)

    def get_help_option_names(self, ctx: Any) -> list[str]:
        return ["--help", "-h"]  # typer's order is that of a set, another one in each run


class _Command(_Usage, TyperCommand):
    """A command whose help is our own (fencemig/usage)."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_page(described(self, ctx), formatter.width))


class _Group(_Usage, TyperGroup):
    """fencemig as a whole, with our own help, and our own answers to shells that complete."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(front_page(manual_of(self, ctx), formatter.width))

    def main(self, *arguments: Any, **extra: Any) -> Any:
        shell = os.environ.get("_FENCEMIG_COMPLETE", "").removeprefix("complete_")
        if shell in ("bash", "zsh", "fish"):
            from fencemig.commands.completion import complete

            raise SystemExit(complete(manual(), shell))
        return super().main(*arguments, **extra)


def manual() -> Manual:
    """What there is to say of fencemig and its commands."""
    group: Any = typer.main.get_command(app)
    return manual_of(group, typer.Context(group))


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How a ledger is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    SARIF = "sarif"


class ReportFormat(StrEnum):
    """How a report is printed."""

    TABLE = "table"
    JSON = "json"


class Layout(StrEnum):
    """How a series is laid out."""

    STAGED = "staged"
    FLAG_DAY = "flag-day"


class SplitBy(StrEnum):
    """What a series is split by."""

    SUBSYSTEM = "subsystem"
    TREE = "tree"


_SERIES, _MAILS, _BUILD, _RUN = "The series", "The mails", "Compiling", "The run"  # headings of options
_MAKE, _LOOK, _SET_UP = "Make and prove a series", "Look at a tree", "The machine"  # headings of commands

Paths = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files or folders: relative to the tree with -C, else to here.")
]
TreeOption = Annotated[
    Path | None, typer.Option("-C", "--tree", metavar="DIR", help="The kernel tree (default: the one around here).")
]
Base = Annotated[str | None, typer.Option(metavar="REV", help="Read this commit, not the files on disk.")]
Jobs = Annotated[
    int | None,
    typer.Option(
        "-j", "--jobs", metavar="N", min=1, rich_help_panel=_RUN, help="Files at once (default: the processors)."
    ),
]
Timeout = Annotated[
    float,
    typer.Option(metavar="SECONDS", min=0.001, rich_help_panel=_RUN, help="How long spatch may take for one file."),
]
MigrationOption = Annotated[
    Path | None, typer.Option("--migration", metavar="DIR", rich_help_panel=_RUN, help="Another migration's folder.")
]


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

    Coccinelle transforms, git makes the patches, and every site is accounted for. The migration that comes with
    fencemig gives dma_fence_signal() its error argument.
    """
    context.obj = tree


@app.command("convert", cls=_Command, rich_help_panel=_MAKE)
def _convert(
    context: typer.Context,
    paths: Paths,
    tree: TreeOption = None,
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
    migration: MigrationOption = None,
) -> None:
    """Convert what is below PATH into a patch series, or print the diff.

    The work tree, the index and the checked-out branch stay as they are.
    """
    from fencemig.commands.convert import Wishes, convert
    from fencemig.commands.guard import guarded
    from fencemig.commands.look import dry_run
    from fencemig.commands.shared import Options
    from fencemig.model import Mail

    options = Options(tree or context.obj, tuple(paths), base, jobs, timeout, migration)
    if only_diff:
        raise typer.Exit(guarded(lambda: dry_run(options, decisions)))
    wishes = Wishes(
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
    raise typer.Exit(guarded(lambda: convert(options, wishes)))


@app.command("scan", cls=_Command, rich_help_panel=_LOOK)
def _scan(
    context: typer.Context,
    paths: Paths,
    tree: TreeOption = None,
    output_format: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="How to print the ledger.")
    ] = Format.TABLE,
    base: Base = None,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationOption = None,
) -> None:
    """List every site below PATH with its verdict: the ledger."""
    from fencemig.commands.guard import guarded
    from fencemig.commands.look import scan
    from fencemig.commands.shared import Options

    options = Options(tree or context.obj, tuple(paths), base, jobs, timeout, migration)
    raise typer.Exit(guarded(lambda: scan(options, output_format)))


@app.command("audit", cls=_Command, rich_help_panel=_LOOK)
def _audit(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH...", help="Files or folders (default: the whole tree).")
    ] = None,
    tree: TreeOption = None,
    output_format: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="How to print the audit.")
    ] = Format.TABLE,
    base: Base = None,
) -> None:
    """Say what a redesign of dma_fence must know: fence callbacks, and the code around signalling."""
    from fencemig.commands.guard import guarded
    from fencemig.commands.look import audit

    where = tree or context.obj
    raise typer.Exit(guarded(lambda: audit(where, tuple(paths or ()), base, output_format)))


@app.command("explain", cls=_Command, rich_help_panel=_LOOK)
def _explain(
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
    from fencemig.commands.guard import guarded
    from fencemig.commands.look import explained
    from fencemig.commands.shared import Options

    options = Options(tree or context.obj, (), base, jobs, timeout, migration)
    raise typer.Exit(guarded(lambda: explained(options, name)))


@app.command("review", cls=_Command, rich_help_panel=_MAKE)
def _review(
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
    from fencemig.commands.guard import guarded
    from fencemig.commands.review import review

    raise typer.Exit(guarded(lambda: review(folder, output, opened)))


@app.command("verify", cls=_Command, rich_help_panel=_MAKE)
def _verify(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="An output folder of fencemig convert.")] = None,
    tree: TreeOption = None,
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
    migration: MigrationOption = None,
) -> None:
    """Prove a series: it applies, looks right, compiles, and passes KUnit. The results are in DIR/verify.json."""
    from fencemig.commands import verify as command
    from fencemig.commands.guard import guarded
    from fencemig.commands.shared import Options

    if clean:
        raise typer.Exit(guarded(command.clean))
    if folder is None:
        raise typer.BadParameter("name an output folder of fencemig convert", param_hint="DIR")
    options = Options(tree or context.obj, (), None, jobs, timeout, migration)
    means = command.Means(keep, tuple(cross or ()), tuple(make_arg or ()))
    raise typer.Exit(guarded(lambda: command.verify(options, folder, level, output_format, means)))


@app.command("status", cls=_Command, rich_help_panel=_MAKE)
def _status(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An output folder of fencemig convert.")],
    tree: TreeOption = None,
    onto: Annotated[str | None, typer.Option(metavar="REV", help="The commit to compare with (default: HEAD).")] = None,
    output_format: Annotated[
        ReportFormat, typer.Option("--format", metavar="FORMAT", help="How to print it.")
    ] = ReportFormat.TABLE,
    jobs: Jobs = None,
    timeout: Timeout = 60.0,
    migration: MigrationOption = None,
) -> None:
    """Say which patches of an earlier series are in a newer tree, what came since, and what to send next."""
    from fencemig.commands.guard import guarded
    from fencemig.commands.shared import Options
    from fencemig.commands.status import status

    options = Options(tree or context.obj, (), onto, jobs, timeout, migration)
    raise typer.Exit(guarded(lambda: status(options, folder, output_format)))


@app.command("doctor", cls=_Command, rich_help_panel=_SET_UP)
def _doctor(context: typer.Context, tree: TreeOption = None) -> None:
    """Say what this machine has, and what to install for what it lacks."""
    from fencemig.commands.doctor import doctor
    from fencemig.commands.guard import guarded

    raise typer.Exit(guarded(lambda: doctor(tree or context.obj)))


@app.command("cache", cls=_Command, rich_help_panel=_SET_UP)
def _cache(
    clear: Annotated[
        bool, typer.Option("--clear/--show", help="Throw it away, instead of showing how much it is.")
    ] = False,
) -> None:
    """Show what is cached: what spatch made of which file, so that it need not be asked again."""
    from fencemig.commands import cache
    from fencemig.commands.guard import guarded

    raise typer.Exit(guarded(cache.clear if clear else cache.show))
