# SPDX-License-Identifier: GPL-2.0-only
"""Options that several commands have."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

RUN = "The run"  # the heading of options that say how, not what


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


Paths = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files or folders: relative to the tree with -C, else to here.")
]
Tree = Annotated[
    Path | None, typer.Option("-C", "--tree", metavar="DIR", help="The kernel tree (default: the one around here).")
]
Base = Annotated[str | None, typer.Option(metavar="REV", help="Read this commit, not the files on disk.")]
Jobs = Annotated[
    int | None,
    typer.Option(
        "-j", "--jobs", metavar="N", min=1, rich_help_panel=RUN, help="Files at once (default: the processors)."
    ),
]
Timeout = Annotated[
    float,
    typer.Option(metavar="SECONDS", min=0.001, rich_help_panel=RUN, help="How long spatch may take for one file."),
]
MigrationFolder = Annotated[
    Path | None, typer.Option("--migration", metavar="DIR", rich_help_panel=RUN, help="Another migration's folder.")
]
