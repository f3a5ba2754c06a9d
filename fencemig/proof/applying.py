# SPDX-License-Identifier: GPL-2.0-only
"""Level apply: the mails make the tree that they were made from, and the ledger tells the truth about it."""

import time
from collections.abc import Collection, Sequence
from dataclasses import replace

from fencemig import pipeline
from fencemig.decisions import Choice, Decision, Decisions
from fencemig.errors import ToolError
from fencemig.model import Site, Verdict
from fencemig.pipeline import survey
from fencemig.proof.request import Request
from fencemig.source import Source
from fencemig.system import scratch
from fencemig.system.checks import Applied, Converted, applying
from fencemig.types import Headers
from fencemig.verify import held, mails
from fencemig.verify.model import Check, Level


def apply_all(request: Request) -> tuple[list[Check], list[Applied]]:
    """Apply the patches in order, as far as they apply."""
    checks: list[Check] = []
    stages: list[Applied] = []
    with applying(request.tree, request.patches) as applier:
        for number, (patch, mail) in enumerate(zip(request.patches, request.mails, strict=True), 1):
            request.progress("git am", number - 1, len(request.patches), patch.name)
            start = time.monotonic()
            check = Check(Level.APPLY, "git am", number)
            try:
                stage = applier.apply(patch)
            except ToolError as error:
                problem = f"{patch.name} does not apply"
                checks.append(replace(check, problems=(problem,), output=error.stdout + error.stderr))
                break
            stages.append(stage)
            problems = tuple(_other_files(mail, stage))
            seconds = time.monotonic() - start
            checks.append(replace(check, problems=problems, looked_at=len(stage.after), seconds=seconds))
    incomplete = tuple(mails.missing_patches(dict(zip(request.files, request.mails, strict=True))))
    checks.append(Check(Level.APPLY, "complete", problems=incomplete, looked_at=len(request.mails)))
    return checks, stages


def _other_files(mail: mails.PatchMail, stage: Applied) -> list[str]:
    """What shows that a patch was changed after it was made: files that it does not leave behind as it says."""
    if len(mail.after) != len(stage.hashes):
        return [f"it changes {len(stage.hashes)} files, and its diff has the hashes of {len(mail.after)}"]
    return [
        f"{path} is not what the patch was made from: it becomes {made[:12]}, and the diff says {said}"
        for path, made, said in zip(stage.after, stage.hashes, mail.after, strict=True)
        if not made.startswith(said)
    ]


def check_ledger(request: Request, stages: Sequence[Applied]) -> Check:
    """Hold the ledger against a census of the converted tree."""
    start = time.monotonic()
    request.progress("census of the result", 0, 1, "")
    ledger, tree = request.ledger, converted_tree(request, stages)
    by_hand = {path for stage, mail in zip(stages, request.mails, strict=True) if mail.by_hand for path in stage.after}
    result = held.Converted(
        sources=_sources(request, tree),
        symbols=request.migration.symbols,
        paths=ledger.paths,
        read_base=request.tree.read,
        by_hand=frozenset(by_hand),
    )
    problems = tuple(held.hold(ledger.sites, result))
    unproved = tuple(f"{path}: changed by hand, of which the ledger cannot know" for path in sorted(by_hand))
    seconds = time.monotonic() - start
    return Check(Level.APPLY, "ledger", 0, problems, (), unproved, len(ledger.sites), seconds)


def check_second(request: Request, stages: Sequence[Applied]) -> Check:
    """Convert the converted tree once more: nothing is left to do."""
    start = time.monotonic()
    ledger = request.ledger

    def progress(done: int, total: int, path: str) -> None:
        request.progress("convert once more", done, total, path)

    again = survey(
        pipeline.Request(
            tree=converted_tree(request, stages),
            migration=request.migration,
            spatch=request.spatch,
            paths=ledger.paths,
            jobs=request.jobs,
            timeout=request.timeout,
            progress=progress,
            decisions=Decisions(_decided(ledger.sites)),
        )
    )
    known = {site.id for site in ledger.sites if site.verdict is Verdict.UNREACHED}
    lost = [site for site in again.sites if site.verdict is Verdict.UNREACHED and site.id not in known]
    problems = [f"{change.path}: a second conversion changes it" for change in again.changes]
    problems += [f"{site.path}:{site.line}: unreached in the converted tree: {site.reason}" for site in lost]
    output = scratch.diff(again.changes) if again.changes else b""
    seconds = time.monotonic() - start
    return Check(Level.APPLY, "second conversion", 0, tuple(problems), (), (), len(again.examined), seconds, output)


def _decided(sites: Collection[Site]) -> dict[str, Decision]:
    """The sites that a person wanted to stay as they are; a second conversion has to leave them alone as well."""
    stay = [site for site in sites if site.decision in (Choice.SKIP, Choice.HOLD)]
    return {site.id: Decision(site.id, Choice(site.decision or ""), "in the ledger") for site in stay}


def converted_tree(request: Request, stages: Sequence[Applied]) -> Converted:
    """The tree after all patches."""
    files = {path: blob for stage in stages for path, blob in stage.after.items()}
    return Converted(request.tree.top, request.tree.repository, request.tree.commit, files)


def _sources(request: Request, tree: Converted) -> dict[str, Source]:
    """Every file of the whole tree that can use the API: not what the survey found, but looked for anew."""
    symbols = request.migration.symbols
    headers = Headers(tree.read, symbols.struct.encode())
    texts = ((path, tree.read(path)) for path in tree.mentioning(symbols.words))
    return {
        path: Source(path, text, symbols, headers)
        for path, text in texts
        if text is not None and symbols.in_sight(text)
    }
