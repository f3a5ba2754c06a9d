# SPDX-License-Identifier: GPL-2.0-only
"""The fixtures of the rules, as the guide shows them."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from documents import PROJECT

_CONTEXT = 2  # lines around a change
_LONG = 26  # lines of an example after which the fixture itself shows the rest
_VERDICT = re.compile(r"^ \*   \S+ = (\w+) \[(\S+)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Fixture:
    """A piece of code for a rule: what its comment says, and which verdict and row its sites get."""

    path: Path  # relative to the project
    comment: str
    verdicts: tuple[tuple[str, str], ...]
    text: str
    expected: str  # the same as `text` where nothing changes

    @property
    def link(self) -> str:
        """The name, linked from a file in docs/."""
        return f"[{self.path.stem}](../{self.path})"


def fixtures() -> dict[str, list[Fixture]]:
    """The fixtures by the folder that they are in, there the smallest first."""
    found: dict[str, list[Fixture]] = {}
    every = (PROJECT / "kernel_fixtures" / "rules").glob("*/*.c")
    for path in sorted(every, key=lambda one: (one.parent.name, one.stat().st_size, one.name)):
        if not path.name.endswith(".expected.c"):
            found.setdefault(path.parent.name, []).append(_fixture(path))
    return found


def _fixture(path: Path) -> Fixture:
    text = path.read_text(encoding="utf-8")
    after = path.with_suffix(".expected.c")
    comment = text[text.index("/*") + 2 : text.index(" * Generation:")]
    said = " ".join(line.strip().removeprefix("*").strip() for line in comment.splitlines())
    return Fixture(
        path=path.relative_to(PROJECT),
        comment=said.strip(),
        verdicts=tuple((verdict, row) for verdict, row in _VERDICT.findall(text)),
        text=text,
        expected=after.read_text(encoding="utf-8") if after.exists() else text,
    )


def first_changes(fixture: Fixture) -> str:
    """The first changes of a fixture, in whole hunks, with a little around them."""
    lines = difflib.unified_diff(fixture.text.splitlines(), fixture.expected.splitlines(), lineterm="", n=_CONTEXT)
    hunks = re.split(r"^@@.*\n", "".join(f"{line}\n" for line in lines), flags=re.MULTILINE)[1:]
    shown = hunks[0]
    for hunk in hunks[1:]:
        if (shown + hunk).count("\n") > _LONG:
            break
        shown += f"@@\n{hunk}"
    return shown
