# SPDX-License-Identifier: GPL-2.0-only
"""The parts `tree` and `gpu`: spatch in all the ways that people run it, and the cases in which fencemig runs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.ground import PLAIN, Ground
from benchmarks.measuring import JOBS, LIMIT, Command, Taken, rounds
from benchmarks.tables import Row, Table

_OTHER = "bench-other"
_FEW = "spatch, all rules, on nothing but the files that name the API"


def scans(ground: Ground, where: str, runs: int) -> Table:
    """Side by side on one part of the tree; what cannot end is tried once, at the end."""
    changing = _Changing(ground, where)
    commands: dict[str, Command] = {
        _FEW: lambda: ground.run(*ground.spatch(ground.together, "--dir", str(ground.few / where))),
        "spatch --dir, plain": lambda: ground.run(*ground.spatch(PLAIN, "--dir", where)),
        "spatch --dir --use-gitgrep, plain": lambda: ground.run(*ground.spatch(PLAIN, "--use-gitgrep", "--dir", where)),
        "make coccicheck, plain": lambda: ground.run(*_coccicheck(ground, PLAIN, where)),
        "spatch, all rules, on the one file that changes": lambda: ground.run(
            *ground.spatch(ground.together, changing.path)
        ),
        "fencemig scan, nothing cached": lambda: _cold(ground, where),
        "fencemig scan, nothing changed": lambda: ground.scan(where),
        "fencemig scan, one file changed": changing.one_file,
        "fencemig scan, to another branch and back": changing.branch_and_back,
    }
    taken = rounds(commands, runs)
    endless = {
        "spatch --dir, all rules": ground.spatch(ground.together, "--dir", where),
        "spatch --dir --use-gitgrep, all rules": ground.spatch(ground.together, "--use-gitgrep", "--dir", where),
        "make coccicheck, all rules": _coccicheck(ground, ground.together, where, _flags(ground)),
    }
    for name, argv in endless.items():
        taken |= rounds({name: partial(ground.run, *argv, limit=LIMIT)}, 1)
    return Table([Row(name, one, _FEW) for name, one in taken.items()])


def _cold(ground: Ground, where: str) -> Taken:
    ground.forget()
    return ground.scan(where)


def _coccicheck(ground: Ground, semantic_patch: Path, where: str, flags: str = "") -> Sequence[str]:
    """The kernel's own way, with a folder for what make writes."""
    build = ground.scratch / "coccicheck"
    build.mkdir(exist_ok=True)
    part = [] if where == "." else [f"M={where}"]
    given = [f"COCCI={semantic_patch}", f"J={JOBS}", f"SPFLAGS={flags}", "DEBUG_FILE=/dev/null"]
    return ["make", "-s", f"O={build}", "coccicheck", "MODE=patch", *given, *part]


def _flags(ground: Ground) -> str:
    """The options that the rules are made for."""
    return f"--no-includes --keep-comments --macro-file {ground.migration.macros}"


class _Changing:
    """A kernel in which something changes before fencemig runs, and which is as it was afterwards."""

    def __init__(self, ground: Ground, where: str) -> None:
        self._ground = ground
        self._where = where
        files = sorted((ground.few / where).rglob("*.c"), key=lambda file: file.stat().st_size)
        self.path = str(files[len(files) // 2].relative_to(ground.few))  # of middle size
        self._edits = 0

    def one_file(self) -> Taken:
        """After an edit of a file that uses the API, such as there was none before."""
        self._edit()
        try:
            return self._ground.scan(self._where)
        finally:
            self._ground.git("checkout", "--quiet", "--", self.path)

    def branch_and_back(self) -> Taken:
        """After a scan of another branch, in which that file is another one."""
        git = self._ground.git
        git("checkout", "--quiet", "-B", _OTHER)
        try:
            self._edit()
            git("commit", "--quiet", "--message", _OTHER, "--", self.path)
            self._ground.scan(self._where)
        finally:
            git("checkout", "--quiet", "-")
        return self._ground.scan(self._where)

    def _edit(self) -> None:
        self._edits += 1
        with (self._ground.kernel / self.path).open("a") as file:
            file.write(f"\n/* edit {self._edits} */\n")
