# SPDX-License-Identifier: GPL-2.0-only
"""What became of the patches of an earlier series in a newer tree, and what to send next."""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fencemig.errors import UserError
from fencemig.migration import Migration
from fencemig.model import Site, Verdict
from fencemig.sent import Hunk, Sent, SentPatch
from fencemig.sites import Compared, Fate, compare

_DEFINE = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)\(", re.MULTILINE)
_REWRITTEN = (Verdict.CONVERT, Verdict.REVIEW)


class State(StrEnum):
    """What became of a patch."""

    APPLIED = "applied"
    CHANGED = "changed"  # a part is in, or what it rewrites is no longer as it was: it would not do any more
    OPEN = "open"


class Part(StrEnum):
    """What a patch is for, by what it touches; one patch for all is for several."""

    CORE = "core"  # brings the new API
    SITES = "sites"  # converts callers
    FINAL = "final"  # drops what was transitional
    HAND = "hand-made"  # for none of these: somebody's own


@dataclass(frozen=True)
class Landed:
    """A commit that makes the same change as a patch: its hash, 12 digits, and its subject."""

    commit: str
    subject: str


@dataclass(frozen=True)
class Now:
    """The tree to compare with. `rev` is its commit as the user named it; `read` gives a file, None for none."""

    rev: str
    commit: str
    generation: str
    sites: tuple[Site, ...]
    read: Callable[[str], bytes | None]


@dataclass(frozen=True)
class PatchStatus:
    """What became of one patch. `fates` counts its sites, `new` those that its functions have besides."""

    patch: SentPatch
    parts: tuple[Part, ...]
    state: State
    commit: Landed | None
    reverted: bool
    fates: Mapping[Fate, int]
    new: int


@dataclass(frozen=True)
class Status:
    """What became of a series. `new` and `gone` are sites, of the newer tree and of the earlier ledger."""

    sent: Sent
    now: Now
    patches: tuple[PatchStatus, ...]
    new: tuple[Site, ...]
    gone: tuple[Site, ...]

    @property
    def done(self) -> bool:
        """Whether all of the series is in, and nothing has come up that can be converted."""
        return self._nothing_to_convert and all(one.state is State.APPLIED for one in self.patches)

    @property
    def worth_sending(self) -> bool:
        """Whether a new version would have a patch: for callers, or one that is not for callers alone."""
        left = [one for one in self.patches if one.state is not State.APPLIED and one.parts != (Part.SITES,)]
        return bool(left) or not self._nothing_to_convert

    @property
    def _nothing_to_convert(self) -> bool:
        return not any(site.verdict in _REWRITTEN for site in self.now.sites)


def judge(sent: Sent, now: Now, landed: Mapping[str, Landed], migration: Migration) -> Status:
    """Say of every patch what became of it. `landed` has the commits that are known for patches, by their file."""
    compared = compare(sent.ledger.sites, now.sites, now.generation == sent.ledger.generation)
    owned = _owned(sent, migration)
    judged: list[PatchStatus] = []
    for patch in sent.patches:
        sites = owned.get(patch.file, [])
        found = _parts(patch, sent, now, migration, judged)
        if sites:
            found[Part.SITES] = _state_of_sites(sites, compared)
        if not found:
            found[Part.HAND] = _state_of_hunks(patch, now, judged)
        by_content = _together(found.values())
        commit = landed.get(patch.file)
        reverted = commit is not None and by_content is State.OPEN
        state = State.APPLIED if commit is not None and not reverted else by_content
        fates = Counter(compared.fates[site.id] for site in sites)
        judged.append(PatchStatus(patch, tuple(found), state, commit, reverted, fates, len(_beside(sites, compared))))
    gone = tuple(site for site in sent.ledger.sites if compared.fates.get(site.id) is Fate.GONE)
    return Status(sent, now, tuple(judged), compared.new, gone)


def next_command(
    status: Status, migration: Migration, folder: str, named: Sequence[str], paths: Iterable[str]
) -> str | None:
    """The command that makes what to send next, for a shell; None when it would make nothing.

    It makes a series of the same kind. `named` are the options that name the tree and the migration; these, `folder`
    and `paths` are as the user would write them.
    """
    if not status.worth_sending:
        return None
    kinds = [one.parts for one in status.patches]
    options = [*named, "--base", status.now.rev, "-v", str(status.sent.version + 1), "--previous", folder]
    options += ["--split-by", "tree"] if status.sent.series else []
    options += ["--layout", "flag-day"] if any({Part.CORE, Part.SITES} <= set(one) for one in kinds) else []
    if migration.core is not None and status.now.generation in migration.core.semantic_patches:
        options += [] if any(Part.CORE in one for one in kinds) else ["--no-core"]
    return shlex.join(["fencemig", "convert", *options, *paths])


def _owned(sent: Sent, migration: Migration) -> dict[str, list[Site]]:
    """The sites that each patch rewrote, by its file: the first patch of a path did, but for the core's.

    What comes later for the same path is made by hand, and the core's may bring tests into a driver's file.
    """
    owner: dict[str, str] = {}
    of_core = {patch.file for patch in sent.patches for file in patch.files if file.path in migration.symbols.core}
    for patch in sorted(sent.patches, key=lambda patch: patch.file in of_core):
        for file in patch.files:
            owner.setdefault(file.path, patch.file)
    owned: dict[str, list[Site]] = {}
    for site in sent.ledger.sites:
        if site.verdict in _REWRITTEN and site.path in owner:
            owned.setdefault(owner[site.path], []).append(site)
    return owned


def _parts(
    patch: SentPatch, sent: Sent, now: Now, migration: Migration, judged: Sequence[PatchStatus]
) -> dict[Part, State]:
    """What a patch does to the API itself, and what became of that: nothing for most patches."""
    header = next((file for file in patch.files if file.path == migration.header), None)
    if header is None:
        return {}
    functions = {name.encode() for name in migration.symbols.functions}
    dropped = functions & set(_DEFINE.findall(header.removed)) - set(_DEFINE.findall(header.added))
    if dropped:
        core_is_open = any(Part.CORE in one.parts and one.state is State.OPEN for one in judged)
        there = set(_DEFINE.findall(now.read(migration.header) or b""))
        left = dropped if core_is_open else dropped & there
        return {Part.FINAL: State.APPLIED if not left else State.OPEN if left == dropped else State.CHANGED}
    try:
        brought = migration.generation_of(header.added)
    except UserError:
        return {}  # it changes something else in the header
    if brought == sent.ledger.generation:
        return {}
    return {Part.CORE: State.APPLIED if now.generation == brought else State.OPEN}


def _state_of_sites(sites: Sequence[Site], compared: Compared) -> State:
    fates = {compared.fates[site.id] for site in sites}
    if fates == {Fate.CONVERTED}:
        return State.APPLIED
    return State.OPEN if fates == {Fate.OPEN} and not _beside(sites, compared) else State.CHANGED


def _beside(sites: Iterable[Site], compared: Compared) -> list[Site]:
    """New sites in the functions of others."""
    functions = {(site.path, site.function) for site in sites}
    return [site for site in compared.new if (site.path, site.function) in functions]


def _state_of_hunks(patch: SentPatch, now: Now, judged: Sequence[PatchStatus]) -> State:
    """Of a patch that somebody made by hand, on top of others: by its lines."""
    paths = {file.path for file in patch.files}
    stands_on = [one for one in judged if paths & {file.path for file in one.patch.files}]
    unknown = State.OPEN if any(one.state is State.OPEN for one in stands_on) else State.CHANGED
    texts = {path: b"\n" + (now.read(path) or b"") for path in paths}
    hunks = [(hunk, texts[file.path]) for file in patch.files for hunk in file.hunks]
    return _together(_state_of_hunk(hunk, text, unknown) for hunk, text in hunks)


def _state_of_hunk(hunk: Hunk, text: bytes, unknown: State) -> State:
    """By which of its two sides is in the text: the longer first, which may hold the other at an end of a file."""
    sides = [(hunk.before, State.OPEN), (hunk.after, State.APPLIED)]
    for side, state in sorted(sides, key=lambda side: -len(side[0])):
        if side and b"\n" + side in text + b"\n":
            return state
    # A new file that is not there, or an old one that is gone: nothing is the side that fits.
    return next((state for side, state in sides if not side and text == b"\n"), unknown)


def _together(states: Iterable[State]) -> State:
    found = set(states)
    return found.pop() if len(found) == 1 else State.CHANGED
