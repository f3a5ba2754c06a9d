# SPDX-License-Identifier: GPL-2.0-only
"""The errors that fencemig expects; everything else is a bug."""

from collections.abc import Sequence


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
        super().__init__(f"{argv[0]} {outcome}")
