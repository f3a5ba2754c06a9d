# SPDX-License-Identifier: GPL-2.0-only
"""Decisions go into their file one by one: each is there, whole, before the next question."""

from pathlib import Path

from fencemig.decisions import NEW_FILE, Decision, with_decision
from fencemig.errors import UserError
from fencemig.system.output import write_whole


def record(file: Path, decision: Decision) -> None:
    """Write a decision into a decisions.toml, which is started when it is not there; all else in it stays.

    The file is read anew each time, for a person may be editing it. Raises UserError.
    """
    file = file.resolve()  # a link stays one
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_bytes().decode() if file.exists() else NEW_FILE
        write_whole(file, with_decision(text, decision, file).encode())
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from error
    except UnicodeError as error:
        raise UserError(f"{file}: {error}") from error
