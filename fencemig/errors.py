# SPDX-License-Identifier: GPL-2.0-only
"""The errors that fencemig expects; everything else is a bug."""

from collections.abc import Sequence

_SHOWN = 200  # characters of what a tool said


class UserError(Exception):
    """Wrong usage, an unusable tree or an unusable machine: one clear message, exit status 2."""


class ToolError(Exception):
    """A tool that we run failed: exit status 1, with the command, its status and both streams."""

    def __init__(
        self,
        argv: Sequence[str],
        status: int | None,
        stdout: bytes,
        stderr: bytes,
        problem: str = "failed",
    ) -> None:
        self.argv = tuple(argv)
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
        outcome = problem if status is None else f"{problem} with exit status {status}"
        said = _telling(stderr)
        super().__init__(f"{argv[0]} {outcome}" + (f": {said}" if said else ""))


def _telling(stderr: bytes) -> str:
    """The line of a tool's complaints that says most: what git or make call fatal, else the last one."""
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    line = next((line for line in lines if line.startswith(("fatal:", "error:")) or "***" in line), "".join(lines[-1:]))
    return "".join(character if character.isprintable() else "?" for character in line)[:_SHOWN]
