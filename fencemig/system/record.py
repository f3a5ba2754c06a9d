# SPDX-License-Identifier: GPL-2.0-only
"""Decisions go into their file one by one: each is there, whole, before the next question."""

import os
import tempfile
from pathlib import Path

from fencemig.decisions import NEW_FILE, Decision, with_decision
from fencemig.errors import UserError


def record(file: Path, decision: Decision) -> None:
    """Write a decision into a decisions.toml, which is started when it is not there; all else in it stays.

    The file is read anew each time, for a person may be editing it. Raises UserError.
    """
    file = file.resolve()  # a link stays one
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        there = file.exists()
        text = file.read_bytes().decode() if there else NEW_FILE
        content = with_decision(text, decision, file).encode()
        handle, draft = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            Path(draft).chmod(file.stat().st_mode & 0o777 if there else 0o666 & ~_umask())
            Path(draft).replace(file)
        except BaseException:
            Path(draft).unlink()
            raise
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from error
    except UnicodeError as error:
        raise UserError(f"{file}: {error}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
