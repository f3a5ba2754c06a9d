# SPDX-License-Identifier: GPL-2.0-only
"""The commands about the machine."""

from typing import Annotated

import typer

from fencemig.cli.options import Tree
from fencemig.cli.program import end_with


def doctor(context: typer.Context, tree: Tree = None) -> None:
    """Say what this machine has, and what to install for what it lacks."""
    from fencemig.commands import doctor as command

    end_with(lambda: command.doctor(tree or context.obj))


def cache(
    clear: Annotated[
        bool, typer.Option("--clear/--show", help="Throw it away, instead of showing how much it is.")
    ] = False,
) -> None:
    """Show what is cached of earlier runs: what spatch made of texts, what files tell, which have a word, ledgers."""
    from fencemig.commands import cache as command

    end_with(command.clear if clear else command.show)
