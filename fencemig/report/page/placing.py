# SPDX-License-Identifier: GPL-2.0-only
"""Which hunk of a series rewrites a site, and which subsystem it belongs to."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from fencemig.model import Site
from fencemig.report.page.code import visible
from fencemig.sent import Hunk, Sent, SentPatch
from fencemig.subsystems import subject_prefix

_PREFIX = re.compile(r"((?:[^\s:]+: )+)")

HunkKey = tuple[int, int, int]  # the numbers of a patch, of a file in it, of a hunk in that


def placed(sites: Iterable[Site], patches: Sequence[SentPatch]) -> dict[HunkKey, list[Site]]:
    """The sites by the hunk whose changes are nearest, in the order of the ledger; those of files no patch has are out.

    A line of the ledger is one of the tree before the series: patches before move it.
    """
    by_path: dict[str, list[tuple[int, int, tuple[Hunk, ...]]]] = defaultdict(list)
    for patch, sent in enumerate(patches):
        for number, file in enumerate(sent.files):
            by_path[file.path].append((patch, number, file.hunks))
    found: dict[HunkKey, list[Site]] = defaultdict(list)
    for site in sites:
        distances = list(_distances(site.line, by_path.get(site.path, ())))
        if distances:
            found[min(distances)[1]].append(site)
    return dict(found)


def _distances(line: int, files: Iterable[tuple[int, int, tuple[Hunk, ...]]]) -> Iterator[tuple[int, HunkKey]]:
    """How far a line is from what each hunk of its file changes, the patches in their order."""
    for patch, number, hunks in files:
        for at, hunk in enumerate(hunks):
            yield min(abs(line - changed) for changed in changed_lines(hunk)), (patch, number, at)
        line = _moved(line, hunks)


def changed_lines(hunk: Hunk) -> list[int]:
    """The lines, before the patch, that a hunk removes, or before which it adds without removing any."""
    line, changed, mark = hunk.old, [], b" "
    for text in hunk.lines:
        before, mark = mark, text[:1]
        if mark == b"-" or (mark == b"+" and before == b" "):
            changed.append(line)
        line += mark != b"+"
    return changed or [hunk.old]


def _moved(line: int, hunks: Iterable[Hunk]) -> int:
    """Where a line is when a patch has been applied; one that goes is where the next one is."""
    shift = 0
    for hunk in hunks:
        old = hunk.old
        for text in hunk.lines:
            if old > line or (old == line and text[:1] != b"+"):
                break
            shift += (text[:1] == b"+") - (text[:1] == b"-")
            old += text[:1] != b"+"
    return line + shift


class Subsystems:
    """The subsystems of files, by the prefixes of subjects, as the patches of a series have them."""

    def __init__(self, sent: Sent) -> None:
        self._sections = {site.path: site.subsystem for site in sent.ledger.sites}
        self._known: dict[tuple[str, str], str] = {}
        for patch in sent.patches:
            keys = {self._key(file.path) for file in patch.files}
            prefix = prefix_of(patch.subject)
            if prefix and len({section for section, _ in keys}) == 1:  # else it is one for many subsystems
                for key in keys:
                    self._known.setdefault(key, prefix)

    def of(self, path: str) -> str:
        """The prefix, without its last colon, of patches to a file."""
        key = self._key(path)
        return visible(self._known.get(key, key[1]))

    def _key(self, path: str) -> tuple[str, str]:
        return self._sections.get(path, ""), subject_prefix(path).removesuffix(":")


def prefix_of(subject: str) -> str:
    """What a subject begins with, "gpu: host1x" in "gpu: host1x: Pass the error"; "" when there is no such thing."""
    found = _PREFIX.match(subject)
    return found[1].removesuffix(": ") if found else ""


def by_subsystem(sites: Iterable[Site], subsystems: Subsystems) -> dict[str, list[Site]]:
    """The sites by subsystem, subsystems in alphabetical order."""
    groups: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        groups[subsystems.of(site.path)].append(site)
    return dict(sorted(groups.items()))
