# SPDX-License-Identifier: GPL-2.0-only
"""The subjects of the commits that changed files: they show how their subsystem writes its own."""

import os
from collections.abc import Sequence

from fencemig.system.git import Repository

_HISTORY = 5_000  # commits that are asked: seconds would depend on the machine


def last_subjects(repository: Repository, commit: str, paths: Sequence[str], count: int) -> dict[str, tuple[str, ...]]:
    """Return for each path up to `count` subjects of the commits that changed it, newest first.

    Only the last 5,000 commits below `commit` that are no merges are asked, and none that began a history: the import
    of a tree says nothing about its files.
    """
    subjects: dict[str, list[str]] = {path: [] for path in paths}
    if paths:
        commits = repository.git("rev-list", "--no-merges", f"--max-count={_HISTORY}", commit)
        options = ("--stdin", "-r", "-z", "--name-only", "--no-renames")
        shown = ("--encoding=UTF-8", "--format=%x1e%s")
        literal = {"GIT_LITERAL_PATHSPECS": "1"}
        log = repository.git("diff-tree", *options, *shown, "--", *subjects, stdin=commits, extra=literal)
        for entry in log.split(b"\x1e")[1:]:
            subject, *changed = entry.split(b"\0")
            for path in changed:
                seen = subjects.get(os.fsdecode(path.removeprefix(b"\n")))
                if seen is not None and len(seen) < count:
                    seen.append(subject.decode(errors="replace").strip())
    return {path: tuple(found) for path, found in subjects.items()}
