# SPDX-License-Identifier: GPL-2.0-only
"""Tests after a series beside those before it: what of it is the series' fault."""

import pytest

from fencemig.verify.ktap import Run, Status
from fencemig.verify.model import Outcome
from fencemig.verify.suites import compared

P, F, S = Status.PASSED, Status.FAILED, Status.SKIPPED
LOCKDEP = "WARNING: possible recursive locking detected"


def test_the_same_tests_and_new_ones_pass() -> None:
    check = compared("finch*", Run({"f.a": P, "f.b": S}), Run({"f.a": P, "f.b": S, "f.new": P}))
    assert check.outcome is Outcome.PASSED
    assert check.counts == {"before": 2, "run": 2, "passed": 2, "failed": 0, "skipped": 1}
    assert check.looked_at == 3
    assert any("finch*: 2 tests passed, 1 skipped; 1 of them" in note for note in check.notes)


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (Run({"f.a": F, "f.b": P}), "f.a"),
        (Run({"f.a": P, "f.b": P, "f.new": F}), "f.new"),
        (Run({"f.a": P}), "f.b"),
        (Run({"f.a": P, "f.b": S}), "f.b"),
        (Run({"f.a": P}, ("f: 1 of 2 tests",)), "1 of 2"),
        (Run({"f.a": P, "f.b": P}, (), (LOCKDEP,)), LOCKDEP),
    ],
)
def test_what_the_series_broke_is_a_problem(after: Run, named: str) -> None:
    check = compared("finch*", Run({"f.a": P, "f.b": P}), after)
    assert len(check.problems) == 1
    assert named in check.problems[0]


def test_what_fails_on_the_base_is_named_and_does_not_count() -> None:
    before = Run({"f.a": F, "f.b": P}, (), (f"{LOCKDEP} in kunit/12 at 0x7f",))
    after = Run({"f.a": F, "f.b": P}, (), (f"{LOCKDEP} in kunit/34 at 0x1a",))
    check = compared("finch*", before, after)
    assert check.outcome is Outcome.PASSED
    assert any("f.a" in note for note in check.notes)
    assert any(LOCKDEP in note for note in check.notes)


def test_a_warning_more_than_on_the_base_counts() -> None:
    once, twice = Run({"f.a": P}, (), (LOCKDEP,)), Run({"f.a": P}, (), (LOCKDEP, LOCKDEP))
    assert not compared("finch*", once, once).problems
    assert compared("finch*", once, twice).problems


def test_what_cannot_be_compared_is_named() -> None:
    nothing = compared("finch*", Run({}), Run({}))
    assert nothing.outcome is Outcome.UNPROVED
    assert "no such tests" in nothing.unproved[0]
    crash = compared("finch*", Run({"f.a": P}, ("it crashes",)), Run({"f.a": F}, ("it crashes",)))
    assert crash.outcome is Outcome.UNPROVED
    assert "it crashes" in crash.unproved[0]
