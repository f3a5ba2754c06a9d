# SPDX-License-Identifier: GPL-2.0-only
"""fencemig as a whole: how its commands look and run, with our own help, completion and values."""

import os
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from fencemig import __version__
from fencemig.cli.options import Tree
from fencemig.cli.values import Values
from fencemig.usage.model import Manual
from fencemig.usage.page import front_page, help_page
from fencemig.usage.reading import described, manual_of


class _Ours:
    """What the usage lines of help and of errors say, and how a text becomes a value."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return list(described(self, ctx).usage)

    def get_help_option_names(self, ctx: Any) -> list[str]:
        return ["--help", "-h"]  # typer's order is that of a set, another one in each run

    def get_params(self, ctx: Any) -> list[Any]:
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for one in parameters:
            one.get_runtime_param = Values
        return parameters


class Command(_Ours, TyperCommand):
    """A command whose help is our own (fencemig/usage)."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_page(described(self, ctx), formatter.width))


class _Group(_Ours, TyperGroup):
    """fencemig as a whole, with our own help, and our own answers to shells that complete."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(front_page(manual_of(self, ctx), formatter.width))

    def main(self, *arguments: Any, **extra: Any) -> Any:
        shell = os.environ.get("_FENCEMIG_COMPLETE", "").removeprefix("complete_")
        if shell in ("bash", "zsh", "fish"):
            from fencemig.commands.completion import complete
            from fencemig.commands.guard import guarded

            raise SystemExit(guarded(lambda: complete(manual(), shell)))
        return super().main(*arguments, **extra)


app = typer.Typer(
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def manual() -> Manual:
    """What there is to say of fencemig and its commands."""
    group: Any = typer.main.get_command(app)
    return manual_of(group, typer.Context(group))


def end_with(command: Callable[[], int]) -> NoReturn:
    """Run a command to its exit status."""
    from fencemig.commands.guard import guarded

    raise typer.Exit(guarded(command))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fencemig {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    tree: Tree = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Tree-wide API migrations in the Linux kernel.

    Coccinelle transforms, git makes the patches, and every site is accounted for. The migration that comes with
    fencemig gives dma_fence_signal() its error argument.
    """
    context.obj = tree
