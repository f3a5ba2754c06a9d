# SPDX-License-Identifier: GPL-2.0-only
"""Sites followed through what spatch reports: found again, or the track is lost loudly."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.replay import LostTrackError, Match, replay


def report(rule: str, **places: list[tuple[str, int, int]]) -> bytes:
    """A line as the semantic patches print it; columns from 0."""
    said: dict[str, Any] = {"rule": rule, "verdict": None, "reason": None, "values": {}, "places": places}
    return b"@fencemig " + json.dumps(said).encode() + b"\n"


def probe(number: int, *places: tuple[str, int, int]) -> bytes:
    name = f"probe_{number}" if number else "probe"
    return b"".join(report(name, site=[place]) for place in places)


STORE, SIGNAL, OTHER = ("g", 3, 1), ("g", 4, 1), ("h", 9, 2)
SITES = {(3, 2): 0, (4, 2): 1, (9, 3): 2}
FIRST = probe(0, STORE, SIGNAL, OTHER)
MERGE = report("merge", store=[STORE], signal=[SIGNAL])


def test_the_probe_says_what_was_reached() -> None:
    found = replay(probe(0, SIGNAL, OTHER), SITES)
    assert (found.reached, found.matches, found.deleted) == ({1, 2}, [], set())


def test_nothing_said_is_nothing_reached() -> None:
    assert replay(b"", SITES).reached == set()
    assert replay(b"HANDLING: file.c\nwarning: @fencemig {}\n", SITES).reached == set()


def test_a_merge_takes_the_store_away() -> None:
    found = replay(FIRST + MERGE + probe(1, ("g", 3, 1), OTHER), SITES)
    assert found.matches == [Match("merge", None, None, {}, {"store": (0,), "signal": (1,)})]
    assert found.matches[0].merged == {0: 1}
    assert (found.reached, found.deleted) == ({0, 1, 2}, {0})


def test_later_positions_are_followed_by_their_order() -> None:
    """After the rewrite g()'s lines are numbered anew; the signal, now in the store's old place, is site 1."""
    found = replay(FIRST + MERGE + probe(1, ("g", 1, 7), OTHER) + report("plain", signal=[("g", 1, 7)]), SITES)
    assert found.matches[1].sites == {"signal": (1,)}


def test_one_match_told_twice_counts_once() -> None:
    assert len(replay(FIRST + MERGE + MERGE + probe(1, ("g", 3, 1), OTHER), SITES).matches) == 1


def test_a_function_may_lose_its_last_call() -> None:
    """Its only store went into a signal elsewhere: spatch has nothing left to report there."""
    into = report("merge", store=[OTHER], signal=[SIGNAL])
    assert replay(FIRST + into + probe(1, STORE, SIGNAL), SITES).deleted == {2}


def test_calls_that_are_no_sites_are_counted_but_not_reported() -> None:
    found = replay(
        probe(0, STORE, SIGNAL, OTHER, ("g", 5, 0)) + MERGE + probe(1, ("g", 3, 1), ("g", 4, 0), OTHER), SITES
    )
    assert found.reached == {0, 1, 2}


def test_a_rule_that_only_reports_deletes_nothing() -> None:
    assert replay(FIRST + report("seen", signal=[SIGNAL]) + probe(1, STORE, SIGNAL, OTHER), SITES).deleted == set()


def test_a_store_without_a_signal_went_into_none() -> None:
    found = replay(FIRST + report("threaded", store=[STORE], signal=[]) + probe(1, SIGNAL, OTHER), SITES)
    assert (found.deleted, found.matches[0].merged) == ({0}, {})


@pytest.mark.parametrize(
    "output",
    [
        pytest.param(FIRST + MERGE + probe(1, STORE, SIGNAL, OTHER), id="the store is still there"),
        pytest.param(FIRST + MERGE + probe(1, STORE), id="another function vanished"),
        pytest.param(FIRST + MERGE + probe(1, OTHER), id="the function of the merge vanished"),
        pytest.param(FIRST + report("x", signal=[SIGNAL]) + probe(1, SIGNAL, OTHER), id="fewer than known"),
        pytest.param(FIRST + MERGE + probe(1, STORE, OTHER, ("k", 20, 0)), id="a function nobody knew"),
        pytest.param(FIRST + report("x", signal=[("g", 7, 1)]), id="a match at an unknown place"),
        pytest.param(FIRST + report("x", signal=[("h", 4, 1)]), id="a match in another function"),
        pytest.param(probe(0, STORE, ("g", 7, 7)) + report("x", signal=[("g", 7, 7)]), id="a match of no site"),
        pytest.param(MERGE, id="a match before the probe"),
        pytest.param(FIRST + MERGE[:-20] + b"\n", id="cut off"),
        pytest.param(FIRST + b"@fencemig \n", id="empty"),
        pytest.param(FIRST + b"@fencemig []\n", id="no object"),
        pytest.param(FIRST + b'@fencemig {"rule": "x"}\n', id="keys missing"),
        pytest.param(FIRST + b"@fencemig \xff\n", id="not UTF-8"),
        pytest.param(FIRST + MERGE.replace(b"[[", b"[").replace(b"]]", b"]"), id="places of another shape"),
        pytest.param(FIRST + MERGE.replace(b"3, 1", b'"a", 1'), id="a line that is no number"),
    ],
)
def test_the_track_is_lost_loudly(output: bytes) -> None:
    with pytest.raises(LostTrackError):
        replay(output, SITES)


def test_the_track_is_lost_with_the_side_that_lacks_the_name() -> None:
    unknown = ("g", 7, 7)
    with pytest.raises(LostTrackError, match=r"^rule x matched a call that the probe did not report: .*braces"):
        replay(probe(0, STORE) + report("x", signal=[SIGNAL]), SITES)
    with pytest.raises(LostTrackError, match=r"^rule x matched a call that the census does not know: .*functions"):
        replay(probe(0, STORE, unknown) + report("x", signal=[unknown]), SITES)


@given(
    st.lists(st.sampled_from([*FIRST.splitlines(True), *MERGE.splitlines(True), probe(1, ("g", 3, 1), OTHER), b"x\n"])),
    st.data(),
)
def test_whatever_is_printed_is_followed_or_refused(lines: list[bytes], data: st.DataObject) -> None:
    output = b"".join(lines)
    cut = data.draw(st.integers(0, len(output)))
    try:
        found = replay(output[:cut] + data.draw(st.binary(max_size=4)) + output[cut:], SITES)
    except LostTrackError:
        return
    assert found.deleted <= set(SITES.values())
    assert all(set(match.all_sites) <= set(SITES.values()) for match in found.matches)


CALLS = st.lists(st.integers(1, 4), min_size=1, max_size=4)  # calls in each function


@given(CALLS, st.data())
def test_merges_in_any_function_are_followed_whatever_the_lines_become(calls: list[int], data: st.DataObject) -> None:
    """Rounds of one merge each: the first of two neighbours goes, and all lines are numbered anew."""
    places = [(f"f{number}", 10 * number + line, line) for number, count in enumerate(calls) for line in range(count)]
    left = {place: site for site, place in enumerate(places)}
    sites = {(line, column + 1): site for (_, line, column), site in left.items()}
    output, merged = probe(0, *left), {}
    for number in range(1, 4):
        order = sorted(left)
        pairs = [(one, other) for one, other in pairwise(order) if one[0] == other[0]]
        if not pairs:
            break
        store, signal = data.draw(st.sampled_from(pairs))
        output += report(f"rule{number}", store=[store], signal=[signal])
        merged[left.pop(store)] = left[signal]
        moved = data.draw(st.integers(0, 5))
        left = {(function, line + moved, column): site for (function, line, column), site in left.items()}
        output += probe(number, *left)
    found = replay(output, sites)
    assert found.deleted == set(merged)
    assert {store: signal for match in found.matches for store, signal in match.merged.items()} == merged
