# SPDX-License-Identifier: GPL-2.0-only
"""What spatch wrote becomes what a maintainer would have written, and no token changes but needless braces."""

import time
from textwrap import indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencemig.layout import LIMIT, Kind, tokens
from fencemig.tidy import tidy

LONG = "ring->the_longest_name_of_a_fence_there_is_in_all_of_this_driver"
SHORT = "ring->the_name_of_the_fence_of_this_job"


def _function(body: str) -> bytes:
    return b"static void f(void)\n{\n" + body.encode() + b"}\n"


def _check(before: str, after: str, expected: str) -> None:
    assert tidy(_function(before), _function(after)).decode() == _function(expected).decode()


def _code(text: bytes) -> list[bytes]:
    """What a compiler sees, save for braces."""
    seen = [token.text for token in tokens(text) if token.kind in (Kind.CODE, Kind.DIRECTIVE)]
    return [token for token in seen if token not in (b"{", b"}")]


def test_braces_of_a_block_that_lost_a_statement_go() -> None:
    _check(
        "\tif (a) {\n\t\tset(f, e);\n\t\tsignal(f);\n\t}\n",
        "\tif (a) {\n\t\tsignal(f, e);\n\t}\n",
        "\tif (a)\n\t\tsignal(f, e);\n",
    )


@pytest.mark.parametrize("head", ["for (;;)", "while (a)", "list_for_each_entry_safe(a, b, c, d)"])
def test_braces_of_loops_go(head: str) -> None:
    _check(
        f"\t{head} {{\n\t\tset(f, e);\n\t\tsignal(f);\n\t}}\n",
        f"\t{head} {{\n\t\tsignal(f, e);\n\t}}\n",
        f"\t{head}\n\t\tsignal(f, e);\n",
    )


@pytest.mark.parametrize("head", ["do", "scoped_guard(mutex, &a)", "with_lock(a)"])
def test_braces_of_what_is_no_plain_loop_stay(head: str) -> None:
    after = f"\t{head} {{\n\t\tsignal(f, e);\n\t}}\n"
    _check(f"\t{head} {{\n\t\tset(f, e);\n\t\tsignal(f);\n\t}}\n", after, after)


def test_all_branches_lose_their_braces_together() -> None:
    _check(
        "\tif (a) {\n\t\tset(f, e);\n\t\tsignal(f);\n\t} else if (b) {\n\t\tc();\n\t} else {\n\t\td();\n\t}\n",
        "\tif (a) {\n\t\tsignal(f, e);\n\t} else if (b) {\n\t\tc();\n\t} else {\n\t\td();\n\t}\n",
        "\tif (a)\n\t\tsignal(f, e);\n\telse if (b)\n\t\tc();\n\telse\n\t\td();\n",
    )


@pytest.mark.parametrize(
    "branch",
    [
        "c();\n\t\td();",
        "/* why */\n\t\tc();",
        "c(); /* why */",
        "int c;",
        "if (c)\n\t\t\td();",
        "#if A\n\t\tc();\n#endif",
    ],
)
def test_one_branch_that_needs_its_braces_keeps_those_of_all(branch: str) -> None:
    rest = f"\t}} else {{\n\t\t{branch}\n\t}}\n"
    after = "\tif (a) {\n\t\tsignal(f, e);\n" + rest
    _check("\tif (a) {\n\t\tset(f, e);\n\t\tsignal(f);\n" + rest, after, after)


def test_braces_that_the_author_put_around_one_statement_stay() -> None:
    after = "\tif (a) {\n\t\tsignal(f, 0);\n\t}\n"
    _check("\tif (a) {\n\t\tsignal(f);\n\t}\n", after, after)


def test_the_outer_of_two_ifs_keeps_its_braces() -> None:
    after = "\tif (a) {\n\t\tif (b)\n\t\t\tc();\n\t\telse\n\t\t\td();\n\t}\n\tsignal(f, a);\n"
    before = "\tif (a) {\n\t\tif (b)\n\t\t\tc();\n\t\telse\n\t\t\td();\n\t\tset(f, a);\n\t}\n\tsignal(f);\n"
    _check(before, after, after)


def test_comments_of_removed_code_are_indented_like_the_statement_below() -> None:
    _check(
        "\tset(f, e); /* one */\n\t/*\n\t * two\n\t */\n\tsignal(f);\n",
        "\t /* one */\n\t/*\n\t * two\n\t */\n\tsignal(f, e);\n",
        "\t/* one */\n\t/*\n\t * two\n\t */\n\tsignal(f, e);\n",
    )


def test_a_comment_of_several_lines_is_indented_as_one() -> None:
    _check(
        "\tset(f, e); /* one\n\t\t\t\t* two */\n\tsignal(f);\n",
        "\t /* one\n\t\t\t\t* two */\n\tsignal(f, e);\n",
        "\t/* one\n\t * two */\n\tsignal(f, e);\n",
    )


def test_a_comment_left_below_goes_above() -> None:
    _check(
        "\tlock(f);\n\tif (!test(f)) {\n\t\t/* why */\n\t\tsignal_locked(f);\n\t}\n\tunlock(f);\n\tput(f);\n",
        "\tcheck(f, 0);\n\t\t/* why */\n\tput(f);\n",
        "\t/* why */\n\tcheck(f, 0);\n\tput(f);\n",
    )


def test_a_comment_stays_with_its_argument() -> None:
    _check(
        "\tsignal(f /* mine */);\n\tstamp(f, now /* then */);\n",
        "\tsignal(f, 0 /* mine */);\n\tstamp(f, now, 0 /* then */);\n",
        "\tsignal(f /* mine */, 0);\n\tstamp(f, now /* then */, 0);\n",
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("\t/* c */\n\tset(f, e);\n\n\tsignal(f);\n", "\t/* c */\n\n\tsignal(f, e);\n", "\t/* c */\n\tsignal(f, e);\n"),
        ("\tset(f, e);\n\n\tsignal(f);\n", "\n\tsignal(f, e);\n", "\tsignal(f, e);\n"),
        ("\ta();\n\n\tset(f, e);\n\n\tsignal(f);\n", "\ta();\n\n\n\tsignal(f, e);\n", "\ta();\n\n\tsignal(f, e);\n"),
        ("\ta();\n\tset(f, e);\n\n\tsignal(f);\n", "\ta();\n\n\tsignal(f, e);\n", "\ta();\n\n\tsignal(f, e);\n"),
        ("\ta();\n\n\tset(f, e);\n", "\ta();\n\n", "\ta();\n"),
        ("\tint a;\n\tint b;\n\n\ta();\n\tsignal(f);\n", "\tint a;\n\tsignal(f);\n", "\tint a;\n\n\tsignal(f);\n"),
        ("\tint a;\n\tsignal(f);\n", "\tint a;\n\tsignal(f, 0);\n", "\tint a;\n\tsignal(f, 0);\n"),
        ("\ta();\n\n\n\tsignal(f);\n", "\ta();\n\n\n\tsignal(f, 0);\n", "\ta();\n\n\n\tsignal(f, 0);\n"),
    ],
)  # fmt: skip
def test_blank_lines(before: str, after: str, expected: str) -> None:
    _check(before, after, expected)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("\ta();\n\n\tset(f, e);\n\tsignal(f);\n", "\ta();\n\tsignal(f, e);\n", "\ta();\n\n\tsignal(f, e);\n"),
        (
            "\tset(f, e);\n\tsignal(f);\n\n\tset(g, e);\n\tsignal(g);\n",
            "\tsignal(f, e);\n\tsignal(g, e);\n",
            "\tsignal(f, e);\n\n\tsignal(g, e);\n",
        ),
        ("\ta();\n\n\t/* c */\n\tset(f, e);\n\tsignal(f);\n", "\ta();/* c */\n\tsignal(f, e);\n",
         "\ta();\n\n\t/* c */\n\tsignal(f, e);\n"),
        ("\t/* c */\n\tset(f, e);\n\tsignal(f);\n", "/* c */\n\tsignal(f, e);\n", "\t/* c */\n\tsignal(f, e);\n"),
        ("\ta(); /* c */\n\tset(f, e);\n\tsignal(f);\n", "\ta(); /* c */\n\tsignal(f, e);\n",
         "\ta(); /* c */\n\tsignal(f, e);\n"),
    ],
    ids=["blank", "blank between calls", "comment", "comment first", "comment behind"],
)  # fmt: skip
def test_line_breaks_that_spatch_1_3_takes_away_come_back(before: str, after: str, expected: str) -> None:
    _check(before, after, expected)


def test_what_was_broken_too_early_is_joined() -> None:
    _check("\tset(f, e);\n\tsignal(f);\n", "\tsignal(f,\n\t       e);\n", "\tsignal(f, e);\n")


def test_the_breaks_of_the_author_stay() -> None:
    after = "\tstamp(f,\n\t      now, 0);\n\tstamp(\n\t\tf, now, 0\n\t);\n"
    _check("\tstamp(f,\n\t      now);\n\tstamp(\n\t\tf, now\n\t);\n", after, after)


def test_a_line_of_the_limit_stays_whole_and_one_more_is_broken_before_the_error() -> None:
    fits = "x" * (LIMIT - 8 - len("signal(, 0);"))
    _check(f"\tsignal({fits});\n", f"\tsignal({fits}, 0);\n", f"\tsignal({fits}, 0);\n")
    _check(f"\tsignal({fits}x);\n", f"\tsignal({fits}x, 0);\n", f"\tsignal({fits}x,\n\t       0);\n")


def test_a_comment_beside_what_is_too_long_goes_above() -> None:
    _check(
        f"\tif (a)\n\t\tsignal({LONG}); /* the last one */\n",
        f"\tif (a)\n\t\tsignal({LONG}, 0); /* the last one */\n",
        f"\tif (a)\n\t\t/* the last one */\n\t\tsignal({LONG}, 0);\n",
    )


WHY = "/* cancel_delayed_work_sync() waits for the callback, which may sleep, and so must nobody here */"
WIDE = f"\tcancel_delayed_work_sync(&d->work);\t{WHY}\n"


def test_a_line_that_was_too_long_and_has_not_grown_stays() -> None:
    renamed = WIDE.replace("\tcancel_delayed_work_sync", "\tdelayed_work_cancel_sync")
    _check(WIDE, renamed, renamed)
    call = f"\tif (signal({LONG}, {LONG}))\n\t\ta();\n"
    _check(call, call.replace("signal", "notify"), call.replace("signal", "notify"))


def test_a_line_that_was_too_long_and_has_grown_is_broken() -> None:
    grown = WIDE.replace("\tcancel_delayed_work_sync", "\tdelayed_work_cancel_and_wait_sync")
    _check(WIDE, grown, f"\t{WHY}\n\tdelayed_work_cancel_and_wait_sync(&d->work);\n")


def test_the_line_that_is_replaced_is_the_one_most_like_it() -> None:
    fits = "\tcancel(d->work);" + " " * 30 + "/* and this one is longer after it has been given a longer name */\n"
    longer = fits.replace("cancel", "delayed_work_cancel")
    renamed = WIDE.replace("\tcancel_delayed_work_sync", "\tdelayed_work_cancel_sync")
    above = "\t/* and this one is longer after it has been given a longer name */\n\tdelayed_work_cancel(d->work);\n"
    for before, after, expected in ((fits + WIDE, longer + renamed, above + renamed),
                                    (WIDE + fits, renamed + longer, renamed + above)):  # fmt: skip
        _check(before, after, expected)


def test_the_outermost_call_is_broken_and_the_rest_aligned_with_tabs_then_spaces() -> None:
    _check(
        f"\tif (WARN_ON(signal({SHORT}) && no_more_jobs(a)))\n\t\ta();\n",
        f"\tif (WARN_ON(check_and_signal_the_fence({SHORT}, 0) && no_more_jobs(a)))\n\t\ta();\n",
        f"\tif (WARN_ON(check_and_signal_the_fence({SHORT}, 0) &&\n\t\t    no_more_jobs(a)))\n\t\ta();\n",
    )


def test_what_continues_a_renamed_call_is_aligned_anew() -> None:
    second = SHORT.replace("this", "its")
    _check(
        f"\treturn signal(of({SHORT},\n\t\t\t {second}));\n",
        f"\treturn check_and_signal(of({SHORT},\n\t\t\t {second}), 0);\n",
        f"\treturn check_and_signal(of({SHORT},\n\t\t\t\t   {second}), 0);\n",
    )


def test_other_functions_are_not_touched() -> None:
    ugly = b"int g(void)\n{\n\n\n  if (a) {\n b(c,\nd); }\n\n}\n"
    before, after = _function("\tset(f, e);\n\tsignal(f);\n"), _function("\tsignal(f, e);\n")
    assert tidy(ugly + before + ugly, ugly + after + ugly) == ugly + after + ugly


def test_line_ends_and_bytes_are_kept() -> None:
    before = b"void f(void)\r\n{\r\n\tif (a) {\r\n\t\tset(f, e); /* \xe9 */\r\n\t\tsignal(f);\r\n\t}\r\n\tif (b) {\r\n"
    before += b"\t\tset(f, e);\r\n\t\tsignal(f);\r\n\t}\r\n}"
    after = before.replace(b"set(f, e); ", b" ").replace(b"\t\tset(f, e);\r\n", b"").replace(b"(f)", b"(f, e)")
    expected = after.replace(b"\t /*", b"\t/*").replace(b"(b) {", b"(b)")
    expected = expected.replace(b"\t}\r\n}", b"}")
    assert tidy(before, after) == expected


def test_a_big_file_takes_no_time() -> None:
    filler = b"".join(b"void g%d(void)\n{\n%s}\n\n" % (n, b"\ta = b(c, d);\n" * 47) for n in range(60))
    before, after = _function("\tset(f, e);\n\tsignal(f);\n"), _function("\tsignal(f, e);\n")
    start = time.perf_counter()
    assert tidy((before + filler) * 5, (after + filler) * 5) == (after + filler) * 5
    assert time.perf_counter() - start < 0.5  # it takes a tenth of that


# Statements as they are and as spatch leaves them.
_WHOLE = st.sampled_from(
    [
        ("a();", "a();"),
        ("int a;", "int a;"),
        ("", ""),
        ("/* why */", "/* why */"),
        ("/*\n * why\n */", "/*\n * why\n */"),
        ("#if A", "#if A"),
        ("#endif", "#endif"),
        ("out:", "out:"),
        ("set(f, e);", None),
        ("set(f, e); /* why */", " /* why */"),
        ("/* why */ set(f, e); // not", "/* why */ // not"),
        ("int flags;", None),
        ("", None),
        ("signal(f);", "signal(f, e);"),
        ("signal(f); /* last */", "signal(f, e); /* last */"),
        (f"signal({LONG}); // last", f"signal({LONG}, e); // last of them all"),
        ("signal(f /* last */);", "signal(f, e /* last */);"),
        (f"signal({LONG});", f"signal({LONG},\n       e);"),
        (f"signal({LONG}, {LONG});", f"signal({LONG}, {LONG}, 0);"),
        (f"a({LONG},\n  {LONG});", f"a({LONG},\n  {LONG}, 0);"),
        (f"if (signal({LONG}))", f"if (check_and_signal({LONG}, 0) && b({LONG}, 1))"),
        ("return signal(f);", "return check(f, 0) ? -EINVAL : 0;"),
        ("#define A(x) \\\n\tset(f, x); \\\n\tsignal(f)", "#define A(x) \\\n\tsignal(f, x)"),
    ]
)
Pair = tuple[str, str | None]


def _block(head: str, inside: list[Pair], tail: str) -> Pair:
    sides = ("".join(f"{pair[side]}\n" for pair in inside if pair[side] is not None) for side in (0, 1))
    was, now = (f"{head}{{\n" + indent(text, "\t") + f"}}{tail}" for text in sides)
    return was, now


_HEADS = st.sampled_from(["if (a) ", "for (;;) ", "list_for_each(a) ", "do ", "if (a) a(); else ", "if (a)\n", ""])
_TAILS = st.sampled_from(["", " else a();", " while (b);", " /* end */"])
_STATEMENTS: st.SearchStrategy[Pair] = st.recursive(
    _WHOLE, lambda inner: st.builds(_block, _HEADS, st.lists(inner, max_size=4), _TAILS), max_leaves=8
)
_FRAGMENTS = st.sampled_from([
    "{", "}", "(", ")", ";", ",", "?", "&&", "a", "\"", "'", " ", "\t", "\f", "\n", "\n\t", "\n}\n", "\r\n", "\\",
    "\\\n", "if (a)", "else", "for", "#if A", "/*", "*/", "/* c */", "// c",
])  # fmt: skip


def _keeps_its_promises(before: bytes, after: bytes) -> None:
    tidied = tidy(before, after)
    assert _code(tidied) == _code(after)
    assert tidy(before, tidied) == tidied
    assert tidy(after, after) == after


@given(st.lists(st.lists(_STATEMENTS, max_size=6), max_size=3))
@settings(max_examples=300, deadline=None)
def test_compositions(functions: list[list[Pair]]) -> None:
    blocks = [_block("void f(void)\n", body, "\n") for body in functions]
    before, after = ("\n".join(str(block[side]) for block in blocks).encode() for side in (0, 1))
    _keeps_its_promises(before, after)


@given(st.lists(_FRAGMENTS, max_size=40), st.lists(_FRAGMENTS, max_size=40), st.binary(max_size=8))
@settings(max_examples=300, deadline=None)
def test_odd_input(head: list[str], tail: list[str], between: bytes) -> None:
    before, after = "".join(head).encode(), "".join([*head[: len(head) // 2], *tail]).encode()
    _keeps_its_promises(before + between, after + between + before)
