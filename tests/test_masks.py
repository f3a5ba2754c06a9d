# SPDX-License-Identifier: GPL-2.0-only
"""What is put into a text to keep spatch off is taken out again, byte for byte."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig import syntax
from fencemig.masks import mask, unmask

TEXTS = st.one_of(
    st.binary(),
    st.lists(
        st.sampled_from(
            [b"int g(void) { }\n", b"#if A\n", b"#endif\n", b"g(a, ", b"g(a)", b",", b"1", b";\n", b"\xff", b"\0"]
        )
    ).map(b"".join),
)


@given(TEXTS, st.data())
def test_unmasking_undoes_masking(text: bytes, data: st.DataObject) -> None:
    ends = data.draw(st.sets(st.integers(1, len(text)))) if text else set()
    masked = mask(text, ends)
    assert unmask(masked) == text
    assert masked.count(b"__fencemig_held") == 2 * len(ends)


def test_a_held_call_has_more_arguments_than_any_rule_matches() -> None:
    text = b"void g(void) { call(a); call(b); }"
    calls = [
        node for node in syntax.walk(syntax.parse(mask(text, [text.index(b"a)") + 2]))) if node.type == syntax.CALL
    ]
    assert [len(syntax.arguments(call)) for call in calls] == [3, 1]


@pytest.mark.parametrize("space", [b"", b" ", b"\n\t\t\t", b"\r\n\t"])
def test_a_mask_is_found_again_where_spatch_moved_it_to_another_line(space: bytes) -> None:
    assert unmask(b"call(a," + space + b"__fencemig_held)") == b"call(a)"


def test_functions_of_one_name_become_unique_and_nothing_else_changes() -> None:
    text = b"#if A\nint g(void) { }\n#elif B\nint g(void) { g(); }\n#else\nint g(void) { }\n#endif\nint h(void) { }\n"
    masked = mask(text, [])
    names = re.findall(rb"int (\w+)", masked)
    assert len(set(names)) == 4
    assert names[0] == b"g" and names[3] == b"h"
    assert b"{ g(); }" in masked
