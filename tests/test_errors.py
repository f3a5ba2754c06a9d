# SPDX-License-Identifier: GPL-2.0-only
"""The message of a tool that failed says what the tool said, on one line that a terminal can show."""

import pytest

from fencemig.errors import ToolError


@pytest.mark.parametrize(
    ("stderr", "told"),
    [
        (b"", "make failed with exit status 2"),
        (b"one\n\nthe last\n", "make failed with exit status 2: the last"),
        (b"hint: x\nfatal: no object\nhint: y\n", "make failed with exit status 2: fatal: no object"),
        (b"make: *** No rule to make target 'arch/x86/Makefile'.  Stop.\nbye\n", "target 'arch/x86/Makefile'"),
        (b"\x1b[31mred\xff\n", "make failed with exit status 2: ?[31mred\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_failure_says_what_the_tool_said(stderr: bytes, told: str) -> None:
    message = str(ToolError(["make", "all"], 2, b"", stderr))
    assert told in message
    assert message.isprintable()


def test_a_long_complaint_is_cut() -> None:
    assert len(str(ToolError(["make"], 2, b"", b"x" * 10_000))) < 300
