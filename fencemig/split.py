# SPDX-License-Identifier: GPL-2.0-only
"""Changes → changes by subsystem. Pure, and nothing is lost: the shards partition the changes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fencemig.model import Change, Subsystem


def by_subsystem(changes: Iterable[Change], owners: Mapping[str, Subsystem]) -> dict[Subsystem, tuple[Change, ...]]:
    """Group changes by the subsystem that owns their path.

    The result is sorted by prefix, then section; within a shard by path: the order of the input does not
    matter. Raises KeyError for a path without an owner and ValueError for a path that is changed twice, for
    both would lose or double a change.
    """
    shards: dict[Subsystem, list[Change]] = {}
    seen: set[str] = set()
    for change in sorted(changes, key=lambda change: change.path):
        if change.path in seen:
            raise ValueError(f"{change.path} is changed twice")
        seen.add(change.path)
        shards.setdefault(owners[change.path], []).append(change)
    ordered = sorted(shards, key=lambda subsystem: (subsystem.prefix, subsystem.section))
    return {subsystem: tuple(shards[subsystem]) for subsystem in ordered}


def joined(groups: Iterable[Iterable[Change]]) -> tuple[Change, ...]:
    """Changes on top of each other as one change per file, by path; what ends as it began is none."""
    whole: dict[str, Change] = {}
    for group in groups:
        for change in group:
            before = whole[change.path].before if change.path in whole else change.before
            whole[change.path] = replace(change, before=before)
    return tuple(whole[path] for path in sorted(whole) if whole[path].before != whole[path].after)
