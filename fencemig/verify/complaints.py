# SPDX-License-Identifier: GPL-2.0-only
"""What checkpatch, kernel-doc, the compiler and sparse complain about, and what of it is new.

A complaint of the base is no fault of the series. Lines move, so complaints are compared without line numbers.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_PLACE = r"(?P<path>[^\s:]+):(?P<line>\d+)"
_CHECKPATCH = re.compile(rf"^{_PLACE}: (?P<kind>(?:ERROR|WARNING|CHECK):\w+): (?P<text>.*)$", re.MULTILINE)
_COMPILER = re.compile(rf"^{_PLACE}(?::\d+)?: (?P<kind>(?:fatal )?error|warning): (?P<text>.*)$", re.MULTILINE)
# In 7.x `Warning: path:line text`, before it `path:line: warning: text`.
_KERNEL_DOC = (
    re.compile(rf"^(?P<kind>Warning|Error): {_PLACE} (?P<text>\S.*)$", re.MULTILINE),
    re.compile(rf"^{_PLACE}: (?P<kind>warning|error): (?P<text>\S.*)$", re.MULTILINE),
)
MISSING_SIGN_OFF = "ERROR:MISSING_SIGN_OFF"


@dataclass(frozen=True)
class Complaint:
    """One line of a tool. `kind` is "warning", "error", or the type that checkpatch gives it."""

    path: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind}: {self.text}"


def of_checkpatch(output: str) -> list[Complaint]:
    """The complaints of checkpatch.pl --terse --show-types."""
    return _parsed(_CHECKPATCH, output)


def of_compiler(output: str, top: str) -> list[Complaint]:
    """The complaints of a compiler or of sparse about a tree at `top`, which they name by absolute paths."""
    return _parsed(_COMPILER, output.replace(f"{top.rstrip('/')}/", ""))


def of_kernel_doc(output: str) -> list[Complaint]:
    """The complaints of kernel-doc -none."""
    return [complaint for shape in _KERNEL_DOC for complaint in _parsed(shape, output)]


def _parsed(pattern: re.Pattern[str], output: str) -> list[Complaint]:
    return [
        Complaint(found["path"], int(found["line"]), found["kind"], found["text"].strip())
        for found in pattern.finditer(output)
    ]


def new(before: Iterable[Complaint], after: Iterable[Complaint]) -> list[Complaint]:
    """The complaints that were not there before, or that are there more often.

    Of a header it only counts whether it was there: how often depends on the files that include it.
    """
    left = Counter(map(_same, before))
    known = set(left)
    found = []
    for complaint in after:
        same = _same(complaint)
        if complaint.path.endswith(".h"):
            if same not in known:
                known.add(same)
                found.append(complaint)
        elif left[same] > 0:
            left[same] -= 1
        else:
            found.append(complaint)
    return found


def _same(complaint: Complaint) -> tuple[str, str, str]:
    """What is the same of a complaint where lines moved; checkpatch's texts have widths in them, its types have not."""
    is_type = ":" in complaint.kind
    return complaint.path, complaint.kind, "" if is_type else complaint.text


def not_of_the_base(
    of_patch: Iterable[Complaint], before: Iterable[Complaint], after: Iterable[Complaint]
) -> list[Complaint]:
    """Of what checkpatch says of a patch, that which the files before it did not have as often.

    `before` and `after` are its complaints about the whole files. What it only sees in a patch, in the log for
    example, is in neither, and counts.
    """
    after = list(after)
    in_files = {_same(complaint) for complaint in after}
    fresh = {_same(complaint) for complaint in new(before, after)}
    return [one for one in of_patch if _same(one) in fresh or _same(one) not in in_files]
