# SPDX-License-Identifier: GPL-2.0-only
"""What verify leaves in the folder of a series: verify.json, and what the tools said where a check failed."""

import shutil
from dataclasses import replace
from pathlib import Path

from fencemig.errors import UserError
from fencemig.system.output import read_regular, write_whole
from fencemig.verify.model import Check, Report, as_json
from fencemig.verify.recorded import from_json

RESULTS, LOGS = "verify.json", "verify-logs"


def save(report: Report, folder: Path) -> Report:
    """Write a report into a folder, in place of an earlier one; return it with the names of its logs.

    Raises UserError when it cannot be written.
    """
    try:
        shutil.rmtree(folder / LOGS, ignore_errors=True)
        saved = replace(report, checks=tuple(_with_log(check, folder) for check in report.checks))
        write_whole(folder / RESULTS, as_json(saved).encode())
    except OSError as error:
        raise UserError(f"the results cannot be written into {folder}: {error.strerror}") from error
    return saved


def read_results(folder: Path) -> Report:
    """Read the report in the folder of a series. Raises UserError when there is none, or when it is damaged."""
    file = folder / RESULTS
    try:
        return from_json(read_regular(file).decode(errors="replace"))
    except OSError as error:
        raise UserError(f"{folder} has not been proved, run fencemig verify: {file}: {error.strerror}") from error
    except UserError as error:
        raise UserError(f"{file}: {error}") from error


def _with_log(check: Check, folder: Path) -> Check:
    """A check that failed, with everything that is known of it in a file."""
    if not check.problems:
        return check
    name = f"{check.patch:04}-{check.level}-{''.join(c if c.isalnum() else '-' for c in check.name)}.log"
    log = folder / LOGS / name
    log.parent.mkdir(exist_ok=True)
    log.write_bytes("\n".join((*check.problems, "", "")).encode(errors="backslashreplace") + check.output)
    return replace(check, log=f"{LOGS}/{name}")
