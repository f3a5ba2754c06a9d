# SPDX-License-Identifier: GPL-2.0-only
"""Whether what was proved is what is sent: by the files that each patch leaves behind, not by its mail."""

import hashlib
from collections.abc import Iterable, Sequence

from fencemig.errors import UserError
from fencemig.model import Patch
from fencemig.verify.model import Report


def content_of(files: Iterable[tuple[str, bytes | None]]) -> str:
    """A hash of the files that a patch leaves behind (None: gone), in hexadecimal digits."""
    whole = hashlib.sha256()
    for path, text in sorted(files, key=lambda file: file[0]):
        digest = "gone" if text is None else hashlib.sha256(text).hexdigest()
        whole.update(f"{digest} {path}\0".encode(errors="surrogateescape"))
    return whole.hexdigest()


def refuse_other(report: Report, base: str, patches: Sequence[Patch]) -> None:
    """Raise UserError unless a report is about these patches on this base, and found nothing wrong."""
    again = "run fencemig verify on this series, and convert again"
    if report.failed:
        check = report.failed[0]
        raise UserError(f"the proof of --verified failed ({check.level}, {check.name}: {check.problems[0]}): {again}")
    if report.base != base:
        raise UserError(f"--verified is about a series for {report.base[:12]}, not for {base[:12]}: {again}")
    if len(report.patches) != len(patches):
        raise UserError(f"--verified is about {len(report.patches)} patches, and these are {len(patches)}: {again}")
    for proved, patch in zip(report.patches, patches, strict=True):
        if proved.content != content_of((change.path, change.after) for change in patch.changes):
            raise UserError(f"--verified is about another series: {proved.file} is not {patch.subject!r} now: {again}")
