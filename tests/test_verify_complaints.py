# SPDX-License-Identifier: GPL-2.0-only
"""What tools complain about is read from their output, and what the base had already is no news."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fencemig.verify.complaints import (
    Complaint,
    new,
    not_of_the_base,
    of_checkpatch,
    of_compiler,
    of_kernel_doc,
)

COMPLAINTS = st.builds(
    Complaint,
    path=st.sampled_from(["a.c", "b.c"]),
    line=st.integers(1, 99),
    kind=st.sampled_from(["warning", "error"]),
    text=st.sampled_from(["unused variable 'x'", "context imbalance in 'f'"]),
)


@given(st.lists(COMPLAINTS), st.integers(1, 50))
def test_lines_that_moved_are_no_news(complaints: list[Complaint], by: int) -> None:
    assert new(complaints, [replace(one, line=one.line + by) for one in complaints]) == []


@given(st.lists(COMPLAINTS), COMPLAINTS)
def test_one_more_is_news(complaints: list[Complaint], more: Complaint) -> None:
    assert len(new(complaints, [*complaints, more])) == 1


@given(st.lists(COMPLAINTS))
def test_less_is_no_news(complaints: list[Complaint]) -> None:
    assert new(complaints, complaints[1:]) == []


def test_of_a_header_it_counts_only_whether_it_was_there() -> None:
    one = Complaint("include/x.h", 3, "warning", "odd")
    assert new([one], [one, one]) == []
    assert new([], [one, one]) == [one]


def test_the_compilers_words() -> None:
    said = (
        "/some/tree/drivers/a.c: In function 'f':\n"
        "/some/tree/drivers/a.c:12:7: warning: unused variable 'x' [-Wunused-variable]\n"
        "   12 |   int x;\n"
        "/some/tree/include/b.h:3:1: error: too few arguments to function 'g'\n"
        "drivers/a.c:20:9: warning: context imbalance in 'f' - wrong count at exit\n"
        "make[3]: *** [scripts/Makefile.build:287: drivers/a.o] Error 1\n"
    )
    assert of_compiler(said, "/some/tree/") == [
        Complaint("drivers/a.c", 12, "warning", "unused variable 'x' [-Wunused-variable]"),
        Complaint("include/b.h", 3, "error", "too few arguments to function 'g'"),
        Complaint("drivers/a.c", 20, "warning", "context imbalance in 'f' - wrong count at exit"),
    ]


def test_both_dialects_of_kernel_doc() -> None:
    now = "Warning: a.h:7 function parameter 'err' not described in 'f'\nInfo: a.h:9 Scanning doc for f\n"
    then = "a.h:7: warning: Function parameter or struct member 'err' not described in 'f'\n1 warnings\n"
    assert [(one.path, one.line) for one in of_kernel_doc(now)] == [("a.h", 7)]
    assert [(one.path, one.line) for one in of_kernel_doc(then)] == [("a.h", 7)]


LONG = Complaint("a.c", 40, "WARNING:LONG_LINE", "line length of 104 exceeds 100 columns")


def test_checkpatch() -> None:
    said = (
        "a.c:40: WARNING:LONG_LINE: line length of 104 exceeds 100 columns\n"
        "total: 0 errors, 1 warnings, 0 checks, 9 lines checked\n"
    )
    assert of_checkpatch(said) == [LONG]


def test_a_line_that_was_as_long_before_is_no_news() -> None:
    longer = replace(LONG, line=41, text="line length of 107 exceeds 100 columns")
    assert not_of_the_base([longer], [LONG], [longer]) == []
    assert not_of_the_base([longer], [LONG], [LONG, longer]) == [longer]


def test_what_only_a_patch_can_show_always_counts() -> None:
    log = Complaint("0001-x.patch", 9, "WARNING:COMMIT_LOG_LONG_LINE", "Prefer a maximum 75 chars per line")
    assert not_of_the_base([log], [], []) == [log]
