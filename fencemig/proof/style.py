# SPDX-License-Identifier: GPL-2.0-only
"""Level style: what maintainers' scripts say about each patch, and how its texts look."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from fencemig.proof.parallel import in_parallel
from fencemig.proof.request import Request
from fencemig.system import checks
from fencemig.system.checks import Applied, Scripts
from fencemig.system.git import Blob
from fencemig.verify import complaints, mails
from fencemig.verify.model import Check, Level

_NO_SIGN_OFF = "no Signed-off-by, which is for the person who sends the patch to give"


def check_style(request: Request, stages: Sequence[Applied]) -> list[Check]:
    """Hold every patch to checkpatch.pl --strict, kernel-doc and the rules for texts."""
    patches = list(enumerate(zip(request.patches, request.mails, stages, strict=True), 1))

    def look(numbered: tuple[int, tuple[Path, mails.PatchMail, Applied]]) -> list[Check]:
        number, (patch, mail, stage) = numbered
        return _patch(scripts, number, patch, mail, stage)

    def ended(count: int, numbered: tuple[int, object]) -> None:
        request.progress("checkpatch.pl, kernel-doc", count, len(patches), request.files[numbered[0] - 1])

    with checks.scripts(request.tree) as scripts:
        done = [check for found in in_parallel(look, patches, request.jobs, ended) for check in found]
        lacking = tuple(f"the tree has no {name}" for name in scripts.missing)
    texts = Check(Level.STYLE, "texts", problems=tuple(mails.series_problems(request.mails)), unproved=lacking)
    return [*done, texts]


def _patch(scripts: Scripts, number: int, patch: Path, mail: mails.PatchMail, stage: Applied) -> list[Check]:
    texts = Check(Level.STYLE, "texts", number, tuple(mails.problems(mail)), tuple(mails.notes(mail)))
    done = [texts]
    before, after = _sources(stage.before), _sources(stage.after)
    if "scripts/checkpatch.pl" not in scripts.missing:
        done.append(_checkpatch(scripts, number, patch, mail, before, after))
    if "scripts/kernel-doc" not in scripts.missing and after:
        done.append(_kernel_doc(scripts, number, before, after))
    return done


def _checkpatch(
    scripts: Scripts,
    number: int,
    patch: Path,
    mail: mails.PatchMail,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
) -> Check:
    start = time.monotonic()
    said = scripts.checkpatch(patch)
    found = [one for one in complaints.of_checkpatch(said) if one.kind != complaints.MISSING_SIGN_OFF]
    if found:  # whether the lines were no better before is only to be seen in whole files
        base = complaints.of_checkpatch(scripts.checkpatch_files(before)) if before else []
        now = complaints.of_checkpatch(scripts.checkpatch_files(after)) if after else []
        found = complaints.not_of_the_base(found, base, now)
    return Check(
        Level.STYLE,
        "checkpatch.pl",
        number,
        problems=tuple(map(str, found)),
        notes=() if mails.is_signed(mail) else (_NO_SIGN_OFF,),
        looked_at=len(after),
        seconds=time.monotonic() - start,
        output=said.encode(),
    )


def _kernel_doc(scripts: Scripts, number: int, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Check:
    start = time.monotonic()
    base = complaints.of_kernel_doc(scripts.kernel_doc(before)) if before else []
    said = scripts.kernel_doc(after)
    return Check(
        Level.STYLE,
        "kernel-doc",
        number,
        problems=tuple(map(str, complaints.new(base, complaints.of_kernel_doc(said)))),
        looked_at=len(after),
        seconds=time.monotonic() - start,
        output=said.encode(),
    )


def _sources(files: Mapping[str, Blob | None]) -> dict[str, bytes]:
    """The C files of a stage that are there."""
    return {path: blob.data for path, blob in files.items() if blob is not None and path.endswith((".c", ".h"))}
