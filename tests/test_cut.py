# SPDX-License-Identifier: GPL-2.0-only
"""What spatch is not shown is put back byte for byte, and what it is shown stands where it stood."""

from pathlib import Path

import pytest
from helpers import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from fencemig.cut import Cut, cut

WORDS = frozenset({"signal", "error"})
KNOWN = b"int g(void)\n{\n\tsignal();\n}\n\n"
PARTS = [
    KNOWN,
    b"int g(int a)\n{\n\tother();\n}\n\n",
    b"int g(void)\n",
    b"{\n",
    b"}\n",
    b"\tif (a) {\n\t\tb();\n\t}\n",
    b"#if A\n",
    b"#else\n",
    b"#endif\n",
    b"#define SEND(a) \\\n\tsignal(a)\n",
    b"/* {\n",
    b"*/",
    b'"',
    b"'{'",
    b"// }\n",
    b"\\\n",
    b"\r\n",
    b"signal",
    b"\xff\0",
]
TEXTS = st.one_of(st.binary(), st.lists(st.sampled_from(PARTS)).map(b"".join))
FIXTURES = sorted((PROJECT / "kernel_fixtures").rglob("*.[ch]"))


def stays_in_place(text: bytes) -> Cut:
    """The text cut, once that is known to have changed nothing but the lines of bodies, and to be undone."""
    shown = cut(text, WORDS)
    assert shown.restored(shown.text) == text
    before, after = text.split(b"\n"), shown.text.split(b"\n")
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        emptied = new.partition(b"/*__fencemig_cut_")[0]
        assert new == old or (old.startswith(emptied) and emptied in (b"", b"{", b"\r")), (old, new)
    return shown


@given(TEXTS)
def test_any_bytes_come_back(text: bytes) -> None:
    stays_in_place(text)


def test_fixtures_come_back_and_some_are_cut() -> None:
    assert sum(bool(stays_in_place(file.read_bytes()).bodies) for file in FIXTURES) > 10


def test_only_what_has_one_of_the_words_is_shown() -> None:
    text = (
        b"struct a {\n\tint b;\n};\n\n"
        b"static long first(struct a *a,\n\t\t  int b)\n\t__must_hold(a)\n{\n\tint c;\n\n\treturn c ? '{' : b;\n}\n\n"
        + KNOWN
        + b"int h(void)\n{\n\tsignals(); /* terror */\n}\n"
    )
    shown = stays_in_place(text)
    assert shown.text == (
        b"struct a {\n\tint b;\n};\n\n"
        b"static long first(struct a *a,\n\t\t  int b)\n\t__must_hold(a)\n{/*__fencemig_cut_0*/\n\n\n\n}\n\n"
        + KNOWN
        + b"int h(void)\n{/*__fencemig_cut_1*/\n\n}\n"
    )
    assert shown.restored(shown.text.replace(b"signal();", b"signal(0);\n")) == text.replace(
        b"signal();", b"signal(0);\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        b"int f(void)\n{\n\ta(); /* error */\n}\n",
        b"int f(void)\n{\n#ifdef A\n\ta();\n#endif\n}\n",
        b"int f(void)\n{\n\ta();\n",
        b"int f(void)\n{\n\ta();\n}\n}\n",
        b"int f(void) {\n\ta();\n}\n",  # as no function of the kernel looks
        b"int f(void)\n{\n\ta(); }\n",
        b"int f(a)\n\tint a;\n{\n\ta();\n}\n",
        b"#if A\nint f(int a)\n{\n#else\nint f(void)\n{\n#endif\n\ta();\n}\n",
        b"#if A\nint f(int a)\n{\n#endif\n\ta();\n}\n",
        b"int f(void)\n{\n\ta();\n}\n#endif\n",
        b"struct a __aligned(8)\n{\n\tint b;\n};\n",
        b"static struct a b = (struct a)\n{\n\t1,\n};\n",
        b"int a[] =\n{\n\t1,\n};\n",
        b"DEFINE_STRUCT(a)\n{\n\tint b;\n};\n",
        b"static DEFINE_TABLE(a)\n{\n\t1,\n}\n;\n",
        b"BEGIN(a)\n{\n{\n\ta();\n}\n",
        b"int f(void)\n{\n\tSEND();\n}\n#define SEND() signal(1)\n",
        b"int f(void)\n{\n\t/*__fencemig_cut_0*/\n}\n",
    ],
)
def test_in_doubt_all_is_shown(text: bytes) -> None:
    assert cut(text, WORDS) == Cut(text)
    assert Cut(text).restored(text) == text


def test_where_nothing_is_known_of_the_rules_all_is_shown() -> None:
    text = b"int f(void)\n{\n\ta();\n}\n"
    assert cut(text, None) == Cut(text)
    assert cut(text, frozenset({"b"})).text != text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/*__fencemig_cut_0*/", b""),
        (b"/*__fencemig_cut_1*/", b""),
        (b"{/*__fencemig_cut_0*/\n\n}", b"{}"),
        (b"/*__fencemig_cut_1*/", b"/*__fencemig_cut_0*/"),
        (b"int h", b"/*__fencemig_cut_2*/ int h"),
    ],
)
def test_it_is_noticed_when_a_place_has_changed(old: bytes, new: bytes) -> None:
    shown = cut(b"int f(void)\n{\n\ta();\n}\nint g(void)\n{\n\tb();\n}\nint h;\n", WORDS)
    assert len(shown.bodies) == 2 and old in shown.text
    assert shown.restored(shown.text.replace(old, new)) is None


def test_functions_of_a_real_tree_come_back(kernel_7_3: Path) -> None:
    texts = [path.read_bytes() for path in sorted((kernel_7_3 / "drivers/dma-buf").rglob("*.c"))]
    assert sum(len(cut(text, WORDS).bodies) for text in texts) > 100
    for text in texts:
        stays_in_place(text)
