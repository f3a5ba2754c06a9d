# SPDX-License-Identifier: GPL-2.0-only
"""Which patches of a series are commits of a history: by patch-id, which knows a patch wherever it stands."""

from collections.abc import Sequence

from fencemig.sent import SentPatch
from fencemig.status import Landed
from fencemig.system.git import Repository
from fencemig.system.scratch import DIFF_OPTIONS


def find_landed(
    repository: Repository, base: str | None, rev: str, patches: Sequence[SentPatch]
) -> tuple[dict[str, Landed], str]:
    """Find the commits in base..rev that make the same change as a patch, by the patch's file.

    `base` is null or a full hash, `rev` a full hash. Where there is no such range nothing is found, and the second
    result is a sentence that says why.
    """
    if base is None:
        why = "the ledger names no base"
    elif not repository.git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}", accept=(0, 1, 128)):
        why = f"the base {base[:12]} is not in this repository"
    elif repository.git("merge-base", base, rev, accept=(0, 1)).decode().strip() != base:
        why = f"the base {base[:12]} is no ancestor of {rev[:12]}"
    else:
        return _landed(repository, base, rev, patches), ""
    return {}, f"{why}: the patches are not looked for among its commits, only their sites in its files"


def _landed(repository: Repository, base: str, rev: str, patches: Sequence[SentPatch]) -> dict[str, Landed]:
    """Only what commits do to the files of the series counts. Diffs come from plumbing, which obeys no settings."""
    paths = sorted({file.path for patch in patches for file in patch.files})
    literal = {"GIT_LITERAL_PATHSPECS": "1"}
    commits = repository.git("rev-list", "--no-merges", f"{base}..{rev}", "--", *paths, extra=literal)
    options = ("--stdin", "-r", "-p", "--root", *DIFF_OPTIONS, "--")
    log = repository.git("diff-tree", *options, *paths, stdin=commits, extra=literal)
    known = dict(reversed(_patch_ids(repository, log)))  # of several commits with the same change, the newest
    # Patches get numbers in place of commits: those that their mails name are in nobody's repository.
    mails = b"".join(b"%0*x\n%s\n" % (len(base), number, patch.diff) for number, patch in enumerate(patches, 1))
    found = {
        patches[int(number, 16) - 1].file: known[patch_id]
        for patch_id, number in _patch_ids(repository, mails)
        if patch_id in known
    }
    subjects = _subjects(repository, sorted(set(found.values())))
    return {file: Landed(commit[:12], subjects[commit]) for file, commit in found.items()}


def _patch_ids(repository: Repository, log: bytes) -> list[tuple[str, str]]:
    """The id of each patch of a log, with the commit above it, in the log's order."""
    lines = repository.git("patch-id", "--stable", stdin=log).decode().splitlines()
    return [(patch_id, commit) for patch_id, commit in map(str.split, lines)]


def _subjects(repository: Repository, commits: Sequence[str]) -> dict[str, str]:
    if not commits:
        return {}
    log = repository.git("log", "--no-walk=unsorted", "--no-show-signature", "--format=%H %s", *commits)
    lines = (line.partition(" ") for line in log.decode(errors="replace").split("\n"))
    return {commit: subject for commit, _, subject in lines}
