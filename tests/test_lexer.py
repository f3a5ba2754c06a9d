# SPDX-License-Identifier: GPL-2.0-only
"""Words told apart by what surrounds them, whatever the bytes are."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.lexer import Where, blanked, words

SCRAPS = st.lists(
    st.sampled_from(
        [
            b"word",
            b"/*",
            b"*/",
            b"//",
            b'"',
            b"'",
            b"\\",
            b"\n",
            b"\r\n",
            b"#",
            b"define",
            b" ",
            b"\t",
            b"(",
            b"\0",
            b"\xe4",
        ]
    )
).map(b"".join)
ANYTHING = st.one_of(st.binary(), SCRAPS)


def where(text: bytes, name: bytes = b"word") -> list[Where]:
    return [word.where for word in words(text) if word.text == name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"word", Where.CODE),
        (b"/* word */", Where.COMMENT),
        (b"/* never closed\n word", Where.COMMENT),
        (b"// it's a word", Where.COMMENT),
        (b"// goes on \\\n word", Where.COMMENT),
        (b"// goes on \\\r\n word", Where.COMMENT),
        (b"// ends\n word", Where.CODE),
        (b"/* ' */ word", Where.CODE),
        (b"/* // */ word", Where.CODE),
        (b"// /*\n word", Where.CODE),
        (b'"word"', Where.STRING),
        (b'"\\" word"', Where.STRING),
        (b'"/*" word "*/"', Where.CODE),
        (b'"never closed\n word', Where.CODE),
        (b'"goes on \\\n word"', Where.STRING),
        (b'"goes on \\\r\n word"', Where.STRING),
        (b"'\"' word", Where.CODE),
        (b"'\\'' word", Where.CODE),
        (b"#error don't\nword", Where.CODE),
        (b"#define X word", Where.DEFINE),
        (b"#define word 1", Where.DEFINE),
        (b" \t# \tdefine X word", Where.DEFINE),
        (b"#define X \\\n word", Where.DEFINE),
        (b"#define X \\\r\n word", Where.DEFINE),
        (b"#define X \\\n #y word", Where.DEFINE),
        (b"#define X \\\r\n #y word", Where.DEFINE),
        (b"#define X /* over\ntwo lines */ word", Where.DEFINE),
        (b'#define X "word"', Where.STRING),
        (b"#define X 1\nword", Where.CODE),
        (b"#define X 1\r\nword", Where.CODE),
        (b"#ifdef word", Where.DIRECTIVE),
        (b"#if 0\nword\n#endif", Where.CODE),
    ],
)
def test_a_word_is_told_by_what_surrounds_it(text: bytes, expected: Where) -> None:
    assert where(text) == [expected]


def test_neither_a_question_mark_nor_a_hash_inside_a_line_is_special() -> None:
    assert where(b"x # define word") == [Where.CODE]
    assert where(b"??/\nword") == [Where.CODE]  # the kernel is built without trigraphs


@given(ANYTHING)
def test_words_are_in_order_and_where_they_say(text: bytes) -> None:
    found = list(words(text))
    assert all(text[word.offset :].startswith(word.text) for word in found)
    assert all(one.offset + len(one.text) <= other.offset for one, other in pairwise(found))


@given(ANYTHING)
def test_no_word_is_lost(text: bytes) -> None:
    """But the names of directives, which are no words of the program."""
    names = {found.start(1) for found in re.finditer(rb"#[ \t]*(\w+)", text)}
    everything = [found.start() for found in re.finditer(rb"[A-Za-z_]\w*", text)]
    offsets = {word.offset for word in words(text)}
    assert [offset for offset in everything if offset not in offsets | names] == []


@given(ANYTHING, st.lists(st.sampled_from([b"word", b"or", b"_", b"X"]), min_size=1))
def test_words_with_a_name_in_them_are_those_of_all_words(text: bytes, names: list[bytes]) -> None:
    assert list(words(text, names)) == [word for word in words(text) if any(name in word.text for name in names)]


@given(ANYTHING)
def test_blanking_moves_nothing(text: bytes) -> None:
    blank = blanked(text)
    assert len(blank) == len(text)
    assert [at for at, byte in enumerate(blank) if byte == 10] == [at for at, byte in enumerate(text) if byte == 10]
    assert all(new in (old, 32) for new, old in zip(blank, text, strict=True))


def test_blanking_takes_comments_and_strings_only() -> None:
    assert blanked(b'a /* ) */ "(" b // )\nc') == b"a" + b" " * 13 + b"b" + b" " * 5 + b"\nc"
