# SPDX-License-Identifier: GPL-2.0-only
"""One file through the semantic patches: what becomes of each of its sites, and by which rule.

A match is accepted only when the conditions hold that SmPL cannot express. Where one does not, the rules are
applied again, and that rule without those sites.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from fencemig import masks
from fencemig.census import Kind, Use
from fencemig.migration import Rule
from fencemig.model import Rewritten
from fencemig.replay import LostTrackError, Match, Replayed, replay
from fencemig.threads import Thread
from fencemig.tidy import chunks

TRACKED = (Kind.CALL, Kind.STORE, Kind.BIT)  # what spatch is expected to see
NOT_SEEN = "spatch did not report this call"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a match was not accepted: the row of the catalogue's manual table, and what is in the way.

    `for_good`: no other rule may have the sites either.
    """

    row: str
    reason: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. Sites are numbers into its uses.

    `after` has the new code of each site that is still there, `merged` the site that each deleted one went
    into, `unreached` the sites that spatch did not report, with the reason.
    """

    text: bytes
    matches: tuple[Match, ...] = ()
    after: dict[int, str] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    refusals: dict[int, Refusal] = field(default_factory=dict)
    unreached: dict[int, str] = field(default_factory=dict)


Rewrite = Callable[[bytes, Sequence[Rule]], Rewritten]
Census = Callable[[bytes], Sequence[Use]]
FindThread = Callable[[bytes, frozenset[int]], Thread | None]


def transform(
    text: bytes,
    rules: Sequence[Rule],
    held: Iterable[int],
    rewrite: Rewrite,
    census: Census,
    find: FindThread,
    accept: Callable[[Match], Refusal | None],
) -> Outcome:
    """Apply the rules, in their order, to a file.

    `held` are the sites (numbers into the file's census) that no rule may touch.
    """
    held = set(held)
    refused: dict[str, set[int]] = defaultdict(set)
    refusals: dict[int, Refusal] = {}
    while True:
        try:
            outcome = _apply(text, rules, frozenset(held), refused, rewrite, census, find)
        except LostTrackError as lost:
            return _untouched(text, census, str(lost))
        unacceptable = [(match, why) for match in outcome.matches if (why := accept(match)) is not None]
        if not unacceptable:
            return Outcome(outcome.text, outcome.matches, outcome.after, outcome.merged, refusals, outcome.unreached)
        known = len(held), sum(map(len, refused.values()))
        for match, why in unacceptable:
            (held if why.for_good else refused[match.rule]).update(match.all_sites)
            for site in match.all_sites:
                if why.for_good or site not in refusals or not refusals[site].row:
                    refusals[site] = why
        if known == (len(held), sum(map(len, refused.values()))):
            return _untouched(text, census, f"rule {unacceptable[0][0].rule} matches again what it was refused")


def first_run(rules: Sequence[Rule]) -> list[Rule]:
    """The rules that go through spatch first, as long as none has been refused a site."""
    return _segments(rules, defaultdict(set))[0]


def first_text(text: bytes, held: Iterable[int], census: Census) -> bytes:
    """The text that spatch is shown first; where a threaded rule comes first, that cannot be told beforehand."""
    live = [site for site, use in enumerate(census(text)) if use.kind in TRACKED]
    return masks.mask(text, _held_ends(text, live, frozenset(held), census))


def _untouched(text: bytes, census: Census, reason: str) -> Outcome:
    """The file as it was, because what spatch did to it cannot be accounted for."""
    return Outcome(text, unreached={site: reason for site, use in enumerate(census(text)) if use.kind in TRACKED})


def _apply(
    text: bytes,
    rules: Sequence[Rule],
    held: frozenset[int],
    refused: dict[str, set[int]],
    rewrite: Rewrite,
    census: Census,
    find: FindThread,
) -> Outcome:
    original, uses = text, census(text)
    live = [site for site, use in enumerate(uses) if use.kind in TRACKED]
    matches: list[Match] = []
    unreached: dict[int, str] = {}
    segments = _segments(rules, refused)
    while segments:
        segment = segments.pop(0)
        blocked = held.union(*(refused[rule.id] for rule in segment))
        thread = None
        if any(rule.threaded for rule in segment):
            thread = _next_thread(text, live, blocked, census, find)
            if thread is None:
                continue
            blocked = frozenset(live) - set(thread.stores) - {thread.signal}
        declared = None if thread is None else (thread.offset, thread.declaration % masks.LOCAL)
        masked = masks.mask(text, _held_ends(text, live, blocked, census), declared)
        rewritten = rewrite(masked, segment)
        if rewritten.rule_failed and segment:
            # One rule that spatch cannot apply here must not cost the file: each alone, and the failing one not.
            segments[:0] = [[rule] for rule in segment] if len(segment) > 1 else [[]]
            continue
        if rewritten.complaint:
            raise LostTrackError(rewritten.complaint)
        sites = {use.anchor: site for site, use in _paired(live, masked, census)}
        replayed = replay(rewritten.output, sites)
        for site in live:
            if site not in replayed.reached:
                unreached.setdefault(site, NOT_SEEN)
        if thread is not None:
            segments.insert(0, segment)  # there may be another one
        matches += replayed.matches if thread is None else [_whole(thread, replayed, segment[0])]
        live = [site for site in live if site not in replayed.deleted]
        text = masks.unmask(rewritten.text, masks.LOCAL if thread is None else thread.name)
        _paired(live, text, census)  # or the track is lost here
    if (line := _stray(original, text, uses)) is not None:
        raise LostTrackError(f"spatch changed what follows line {line}, where there is nothing to change")
    if not _ends_alike(original, text, uses):
        raise LostTrackError("the rewritten file ends otherwise")
    merged = {site: into for match in matches for site, into in match.merged.items()}
    after = {site: use.before for site, use in _paired(live, text, census)}
    told = {site for match in matches for site in match.all_sites if site not in unreached}
    for site, code in after.items():
        if "".join(code.split()) != "".join(uses[site].before.split()) and not any(
            _within(uses[site], uses[one]) for one in told
        ):
            raise LostTrackError(f"the call in line {uses[site].line} was rewritten, and no rule reported it")
    return Outcome(text, tuple(matches), after, merged, {}, unreached)


def _stray(before: bytes, after: bytes, uses: Sequence[Use]) -> int | None:
    """The line above the first piece that changed and has no site, if any: spatch closes a string at its end.

    A piece that has a site may have changed, or be gone; there is none that was not there.
    """
    old, new = (list(filter(None, chunks(text))) for text in (before, after))
    end = place = changed = may_change = 0
    for piece in [*old, b""]:  # the last one: what is left at the end
        start, end = end, end + len(piece)
        if any(start <= use.offset < end for use in uses if use.kind in TRACKED):
            may_change += 1
            continue
        try:
            found = new.index(piece, place) if piece else len(new)
        except ValueError:  # it is not there any more
            return before.count(b"\n", 0, start)
        changed += found - place
        place = found + 1
        if changed > may_change:
            return before.count(b"\n", 0, start)
    return None


def _next_thread(
    text: bytes, live: Sequence[int], blocked: frozenset[int], census: Census, find: FindThread
) -> Thread | None:
    """The next group of calls for a threaded rule, its uses numbered as sites."""
    numbers = {number: site for site, number in zip(live, _numbers(text, census), strict=True)}
    thread = find(text, frozenset(number for number, site in numbers.items() if site in blocked))
    if thread is None:
        return None
    stores = tuple(numbers[number] for number in thread.stores)
    return replace(thread, stores=stores, signal=numbers[thread.signal])


def _numbers(text: bytes, census: Census) -> list[int]:
    return [number for number, use in enumerate(census(text)) if use.kind in TRACKED]


def _whole(thread: Thread, replayed: Replayed, rule: Rule) -> Match:
    """The one match that the several of a threaded rule make up. Raises LostTrackError when one is missing."""
    found = {site for match in replayed.matches for site in match.all_sites}
    if found != {*thread.stores, thread.signal}:
        raise LostTrackError(f"rule {rule.id} did not reach all that it was shown")
    return Match(rule.id, None, None, {}, {"store": thread.stores, "signal": (thread.signal,)})


def _within(outer: Use, inner: Use) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _paired(live: Sequence[int], text: bytes, census: Census) -> list[tuple[int, Use]]:
    """The sites that are still there, each with its use in a text: rules never swap two calls."""
    uses = [use for use in census(text) if use.kind in TRACKED]
    if len(uses) != len(live):
        raise LostTrackError(f"{len(uses)} calls in the rewritten file where {len(live)} were expected")
    return list(zip(live, uses, strict=True))


def _ends_alike(before: bytes, after: bytes, uses: Sequence[Use]) -> bool:
    """Whether the last line is still there, unless a site is in it: else spatch wrote half a file."""
    start, last = (len(found) for found in before.rstrip().rpartition(b"\n")[::2])
    if any(use.end > start for use in uses):
        return True
    return after.rstrip().rpartition(b"\n")[2].strip() == before[start : start + last + 1].strip()


def _held_ends(text: bytes, live: Sequence[int], blocked: frozenset[int], census: Census) -> list[int]:
    """Where the calls end that spatch must leave alone: the blocked ones, and those in bodies of macros."""
    ends = [use.end for site, use in _paired(live, text, census) if site in blocked and use.kind is Kind.CALL]
    return ends + [use.end for use in census(text) if use.kind is Kind.MACRO and text[use.end - 1 : use.end] == b")"]


def _segments(rules: Sequence[Rule], refused: dict[str, set[int]]) -> list[list[Rule]]:
    """The rules in runs that go through spatch together: one that was refused a site goes alone."""
    segments: list[list[Rule]] = []
    for number, rule in enumerate(rules):
        if not segments or any(refused[one.id] or one.threaded for one in rules[max(0, number - 1) : number + 1]):
            segments.append([])
        segments[-1].append(rule)
    return segments or [[]]  # without a rule, the probe alone
