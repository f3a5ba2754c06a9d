# SPDX-License-Identifier: GPL-2.0-only
"""The small functions around tree-sitter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node

from fencemig import syntax
from fencemig.syntax import FUNCTION


def first(text: bytes, kind: str) -> Node:
    return next(node for node in syntax.walk(syntax.parse(text)) if node.type == kind)


def value(text: bytes) -> Node:
    """The expression that a lone statement is."""
    statement = first(b"void f(void) { " + text + b"; }", "expression_statement")
    return statement.named_children[0]


@given(st.one_of(st.binary(), st.text("(){};#\n/*\"'\\ af,=*", max_size=60).map(str.encode)))
def test_every_text_has_a_tree_and_its_walk_ends_in_source_order(text: bytes) -> None:
    starts = [node.start_byte for node in syntax.walk(syntax.parse(text))]
    assert starts == sorted(starts)
    for name in syntax.defined_names(syntax.parse(text)):
        assert syntax.text_of(name) == text[name.start_byte : name.end_byte]


SCRAPS = st.lists(
    st.sampled_from(
        [
            *(
                b"struct",
                b"x",
                b"f",
                b"*",
                b"(",
                b")",
                b"{",
                b"}",
                b";",
                b"=",
                b",",
                b"->",
                b"1",
                b"1ul",
                b'"f"',
                b"/* f */",
            ),
            *(
                b"return",
                b"if",
                b"f(x)",
                b"void f(void)",
                b"f->x",
                b"x++",
                b"\n#if f\n",
                b"\n#define f(x) x\n",
                b"\n#endif\n",
            ),
        ]
    ),
    max_size=20,
)
TEXTS = st.one_of(SCRAPS.map(b"".join), SCRAPS.map(b" ".join))


@given(TEXTS)
def test_a_name_is_found_wherever_a_walk_meets_it(text: bytes) -> None:
    walked = [node for node in syntax.walk(syntax.parse(text)) if syntax.text_of(node) == b"f" and not node.children]
    assert list(syntax.named(text, b"f")) == walked


@given(TEXTS)
def test_the_nodes_of_a_kind_are_those_of_a_walk(text: bytes) -> None:
    root = syntax.parse(text)
    for kinds in (
        ("identifier",),
        (FUNCTION, "declaration"),
        (syntax.CALL, "update_expression"),
        ("struct_specifier",),
    ):
        assert syntax.of_kind(root, *kinds) == [node for node in syntax.walk(root) if node.type in kinds]


def test_a_walk_stays_below_its_node() -> None:
    node = first(b"int a(void) { b(1); } int c(void) { d(2); }", FUNCTION)
    assert [syntax.text_of(part) for part in syntax.walk(node) if part.type == syntax.CALL] == [b"b(1)"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"int g(void) { }", "g"),
        (b"static struct a *g(int b) { }", "g"),
        (b"int *(*g(int a))(int b) { }", "g"),
        (b"int g(f) int f; { }", "g"),
        (b"static __must_check int\ng(void)\n{\n}", "g"),
        (b"void (void) { }", None),
    ],
)
def test_the_name_of_a_function(text: bytes, name: str | None) -> None:
    assert syntax.function_name(first(text, FUNCTION)) == name


def test_comments_are_no_arguments() -> None:
    call = first(b"int x = f(/* one */ a, b /* two */);", syntax.CALL)
    assert [syntax.text_of(part) for part in syntax.arguments(call)] == [b"a", b"b"]


@pytest.mark.parametrize("text", [b"a", b"(a)", b"((a))", b"(struct b *)a", b"(/* why */ a)", b"((int)(a))"])
def test_a_bare_expression(text: bytes) -> None:
    assert syntax.text_of(syntax.bare(value(b"x = " + text).named_children[1])) == b"a"


@pytest.mark.parametrize("text", ["a", "*a", "a->b[i]", "likely(a)", "unlikely(a) == b", "a == 1", "f"])
def test_no_side_effect(text: str) -> None:
    assert syntax.side_effect(syntax.expression(text)) is None


@pytest.mark.parametrize(
    ("text", "effect"),
    [("a++", b"a++"), ("b[--i]", b"--i"), ("a = b", b"a = b"), ("x + g(a)", b"g(a)"), ("likely(g())", b"g()")],
)
def test_a_side_effect_is_named(text: str, effect: bytes) -> None:
    found = syntax.side_effect(syntax.expression(text))
    assert found is not None
    assert syntax.text_of(found) == effect


def test_expressions_are_compared_without_spaces_and_comments() -> None:
    assert syntax.unspaced(b"& job /* why */ -> base\n\t. fence") == "&job->base.fence"
    assert syntax.unspaced(b"sizeof  (struct   a)") == "sizeof(struct a)"
    assert syntax.folded(b"f(a,\n\t\tb)") == "f(a, b)"


def test_what_is_assigned() -> None:
    body = first(b"void f(void) { int *a = b; c = d; e++; g->h = 1; a[0] = 2; }", FUNCTION)
    assert [name for name, _, _ in syntax.assigned_names(body)] == ["a", "c", "e"]
