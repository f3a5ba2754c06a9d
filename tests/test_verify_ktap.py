# SPDX-License-Identifier: GPL-2.0-only
"""What a kernel says of its tests while it boots, read: results, what is missing, and what it warned of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.verify.ktap import Run, Status, read_log

P, F, S = Status.PASSED, Status.FAILED, Status.SKIPPED

LOG = """\
Linux version 7.3.4
VFS: Finished mounting rootfs on nullfs
KTAP version 1
1..2
sizeof(finch)=120
    KTAP version 1
    # Subtest: finch-song
    # module: finch_kunit
    1..4
    ok 1 test_trill
        KTAP version 1
        # Subtest: test_whistle
        ok 1 low note
        not ok 2 high note
    # test_whistle: pass:1 fail:1 skip:0 total:2
    not ok 2 test_whistle
thread_finch[0] completed 706 passes
    # test_rest: Test should be marked slow (runtime: 6.2s)
    ok 3 test_rest # SKIP no time
    not ok 4 test_flight
# finch-song: pass:1 fail:2 skip:1 total:4
not ok 1 finch-song
    KTAP version 1
    # Subtest: wren
    1..1
    ok 1 - nest
ok 2 wren
reboot: System halted
"""


def read(text: str) -> Run:
    return read_log(text.splitlines())


def test_each_test_is_counted_once() -> None:
    run = read(LOG)
    assert dict(run.tests) == {
        "finch-song.test_trill": P,
        "finch-song.test_whistle.low note": P,
        "finch-song.test_whistle.high note": F,
        "finch-song.test_rest": S,
        "finch-song.test_flight": F,
        "wren.nest": P,
    }
    assert [run.count(status) for status in Status] == [3, 2, 1]
    assert run.broken == run.splats == ()


def test_a_suite_that_fails_by_itself_is_a_failure() -> None:
    assert read("KTAP version 1\n1..1\n    KTAP version 1\n    1..1\n    ok 1 a\nnot ok 1 s\n").tests == {
        "s.a": P,
        "s": F,
    }
    assert read("KTAP version 1\n1..1\nnot ok 1 s\n").tests == {"s": F}


@pytest.mark.parametrize("directive", ["TIMEOUT", "ERROR"])
def test_what_did_not_end_did_not_pass(directive: str) -> None:
    assert read(f"KTAP version 1\n1..1\nok 1 s # {directive} for some reason\n").tests == {"s": F}


def test_a_kernel_without_such_tests_says_so() -> None:
    assert read("KTAP version 1\n1..0\nreboot: System halted\n") == Run({})


@pytest.mark.parametrize("last", ["    ok 1 test_trill", "        ok 1 low note", "        not ok 2 high note", "1..2"])
def test_a_boot_that_ends_early_is_broken(last: str) -> None:
    assert read(LOG[: LOG.index(last) + len(last)]).broken


def test_a_kernel_that_does_not_get_to_its_tests_is_broken() -> None:
    (why,) = read("Linux version 7.3.4\nKernel panic - not syncing: no memory\n").broken
    assert "no memory" in why
    assert read("").broken
    assert read("KTAP version 1\n").broken


def test_a_test_that_is_lost_is_missed() -> None:
    (why,) = read(LOG.replace("    ok 1 test_trill\n", "")).broken
    assert "finch-song: 3 of 4" in why


def test_warnings_of_the_kernel_are_splats() -> None:
    lockdep = "WARNING: possible recursive locking detected"
    bug = "BUG: sleeping function called from invalid context at finch.c:12"
    text = LOG.replace("thread_finch", f"{lockdep}\n{bug}\nthread_finch")
    assert read(text).splats == (lockdep, bug)
    assert read(text).tests == read(LOG).tests


def test_tests_of_one_name_are_kept_apart() -> None:
    parts = "    KTAP version 1\n    ok 1 same\n    not ok 2 same\n"
    assert read(f"KTAP version 1\n1..1\n{parts}not ok 1 s\n").tests == {"s.same": P, "s.same (2)": F}


def test_self_tests_at_boot() -> None:
    text = """\
dma-buf: Running sanitycheck
dma-buf: Running dma_fence
dma-buf: Running dma_fence/sanitycheck
dma-buf: Running dma_fence/test_err
dma-buf/dma_fence: test_err failed with error -22
KTAP version 1
1..0
"""
    assert read(text) == Run({"dma_fence/sanitycheck": P, "dma_fence/test_err": F})


@given(st.lists(st.sampled_from([*LOG.splitlines(), "ok 1", "    1..3", "", "    ok x", "not ok 99 # SKIP"])))
def test_the_reader_is_total(lines: list[str]) -> None:
    run = read_log(lines)
    assert sum(run.count(status) for status in Status) == len(run.tests)


@given(st.lists(st.tuples(st.text("abc_", min_size=1), st.sampled_from([P, F, S])), min_size=1, max_size=8))
def test_what_is_written_is_read(cases: list[tuple[str, Status]]) -> None:
    said = {P: "ok", F: "not ok", S: "ok"}
    body = [
        f"    {said[status]} {number} {name}_{number}{' # SKIP' * (status is S)}"
        for number, (name, status) in enumerate(cases, 1)
    ]
    text = ["KTAP version 1", "1..1", "    KTAP version 1", f"    1..{len(cases)}", *body, "ok 1 suite"]
    run = read_log(text)
    assert dict(run.tests) == {f"suite.{name}_{n}": status for n, (name, status) in enumerate(cases, 1)}
    assert not run.broken
