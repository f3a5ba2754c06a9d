# SPDX-License-Identifier: GPL-2.0-only
"""profiled.py FILE ARGUMENT...: run fencemig, and write into FILE which programs took how many seconds of processors.

Its own process is named "fencemig". FILE has JSON: program → [processes, seconds].
"""

import os

_names: dict[int, str] = {}
_spent: dict[str, list[float]] = {}
_waitpid = os.waitpid


def _recorded(pid: int, flags: int) -> tuple[int, int]:
    """As os.waitpid(), which tells nothing of what the process took."""
    ended, status, usage = os.wait4(pid, flags)
    if ended:
        spent = _spent.setdefault(_names.get(ended, "others"), [0, 0.0])
        spent[0] += 1
        spent[1] += usage.ru_utime + usage.ru_stime
    return ended, status


os.waitpid = _recorded  # before subprocess is imported, which remembers it

import json  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

_Popen = subprocess.Popen


class _Named(_Popen):  # type: ignore[type-arg]
    """A process whose program is remembered, for git with its command."""

    def __init__(self, args: Any, *more: Any, **named: Any) -> None:
        super().__init__(args, *more, **named)
        words = [str(word) for word in args]
        known = ("grep", "status", "cat-file", "ls-files", "ls-tree")
        command = next((word for word in words[1:] if word in known), "others") if words[0].endswith("git") else ""
        _names[self.pid] = f"{Path(words[0]).name} {command}".rstrip()


if __name__ == "__main__":
    subprocess.Popen = _Named  # type: ignore[misc]
    from fencemig.cli import app

    told = Path(sys.argv[1])
    sys.argv[:2] = ["fencemig"]
    try:
        app()
    finally:
        own = os.times()
        told.write_text(json.dumps(_spent | {"fencemig": [1, own.user + own.system]}))
