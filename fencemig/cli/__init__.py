# SPDX-License-Identifier: GPL-2.0-only
"""The command line: options in, exit status out. Nothing else imports typer."""

from fencemig.cli import look, machine, series
from fencemig.cli.program import Command, app, manual

__all__ = ["app", "manual"]

_MAKE, _LOOK, _SET_UP = "Make and prove a series", "Look at a tree", "The machine"  # headings of commands

for _function, _heading in (
    (series.convert, _MAKE),
    (look.scan, _LOOK),
    (look.audit, _LOOK),
    (look.explain, _LOOK),
    (series.review, _MAKE),
    (series.verify, _MAKE),
    (series.status, _MAKE),
    (machine.doctor, _SET_UP),
    (machine.cache, _SET_UP),
):
    app.command(cls=Command, rich_help_panel=_heading)(_function)
