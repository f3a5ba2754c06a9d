# SPDX-License-Identifier: GPL-2.0-only
"""What a file declares is what a walk over its whole tree finds, although the text is asked first."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node

from fencemig import syntax
from fencemig.declarations import Declarations, declared_names, declared_struct

TREES = Path(__file__).parent.parent / "kernel_fixtures/tree"


def name_of(node: Node | None) -> str:
    return "" if node is None else syntax.text_of(node).decode()


def defined_by_walk(text: bytes) -> set[str]:
    """The structs with a body."""
    return {
        name_of(node.child_by_field_name("name"))
        for node in syntax.walk(syntax.parse(text))
        if node.type == "struct_specifier" and node.child_by_field_name("body") is not None
    } - {""}


def returned_by_walk(text: bytes) -> dict[str, str]:
    """name → struct, for all that is declared with a struct as its type; the last one counts."""
    found = {}
    for node in syntax.walk(syntax.parse(text)):
        if node.type in (syntax.FUNCTION, "declaration") and (name := syntax.function_name(node)):
            kind = node.child_by_field_name("type")
            if kind is not None and kind.type == "struct_specifier" and kind.child_by_field_name("name") is not None:
                found[name] = name_of(kind.child_by_field_name("name"))
    return found


def variables_by_walk(text: bytes) -> dict[str, list[str | None]]:
    """name → structs, of all declarations outside of everything."""
    found: dict[str, list[str | None]] = {}
    for node in syntax.parse(text).named_children:
        for name in set(declared_names(node)) if node.type == "declaration" else ():
            found.setdefault(name, []).append(declared_struct(node))
    return found


def hold_against_walk(text: bytes) -> None:
    declarations = Declarations(text)
    names = {name_of(node) for node in syntax.walk(syntax.parse(text)) if "identifier" in node.type}
    found = {name for name in names if declarations.members(name) is not None}
    assert found == defined_by_walk(text)
    assert {name: one for name in names if (one := declarations.returned(name))} == returned_by_walk(text)
    assert {name: some for name in names if (some := declarations.variables(name))} == variables_by_walk(text)


NAMES = st.sampled_from([b"job", b"fence", b"get_job", b"jobs", b"x", b"f", b"__packed", b"\xc3\xa4"])
GAP = st.sampled_from(
    [
        b" ",
        b"\n",
        b"\r\n\t",
        b" \\\n",
        b" /* struct job; { } = ( */ ",
        b" // struct x { ;\n",
        b" __packed ",
        b" __aligned(sizeof(long)) ",
        b" __attribute__((aligned(sizeof(struct job *)))) ",
        b' __section("a;{b") ',
        b"\n#define GAP ; {\n",
    ]
)


def joined(*parts: bytes | st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(*(st.just(part) if isinstance(part, bytes) else part for part in parts)).map(b"".join)


BODY = joined(b"{ int a; struct ", NAMES, b" *", NAMES, b"; struct ", NAMES, b" { int deep; } inner; }")
STRUCT = joined(b"struct", GAP, NAMES)
POINTER = st.sampled_from([b"*", b" **", b" * const ", b" "])
INITIAL = st.sampled_from([b"", b" = 0", b" = { .a = 1 }", b"[2]", b" = get_job(1)"])
DECLARED = st.one_of(
    joined(STRUCT, GAP, BODY, GAP, b";\n"),
    joined(b"struct", GAP, BODY, NAMES, b";\n"),
    joined(b"typedef ", STRUCT, GAP, BODY, GAP, NAMES, b";\n"),
    joined(STRUCT, b";\n"),
    joined(STRUCT, GAP, POINTER, NAMES, GAP, b"(", STRUCT, b" *a);\n"),
    joined(b"static inline ", STRUCT, GAP, POINTER, GAP, NAMES, b"(", STRUCT, b" a)\n{ return ", NAMES, b"(a); }\n"),
    joined(STRUCT, GAP, BODY, GAP, POINTER, NAMES, GAP, b"(void);\n"),
    joined(STRUCT, GAP, POINTER, b"(*", NAMES, b")(int);\n"),
    joined(b"extern ", STRUCT, GAP, POINTER, NAMES, INITIAL, GAP, b", *", NAMES, INITIAL, b";\n"),
    joined(b"int ", NAMES, INITIAL, GAP, b";\n"),
    joined(b"job_t *", NAMES, INITIAL, b";\n"),
    joined(b"void ", NAMES, b"(int a)\n{\n\t", STRUCT, POINTER, NAMES, b" = ", NAMES, b"(a);\n}\n"),
    joined(b"#define ", NAMES, b"(a) struct ", NAMES, b" { int a; }\n"),
    joined(b"#if ", NAMES, b"\n"),
    st.just(b"#else\n"),
    st.just(b"#endif\n"),
)


@given(st.lists(DECLARED, max_size=6).map(b"".join))
def test_the_text_misses_nothing_that_the_tree_has(text: bytes) -> None:
    hold_against_walk(text)


@pytest.mark.parametrize("tree", ["void", "int"])
def test_of_the_fixture_kernels_nothing_is_missed(tree: str) -> None:
    for path in sorted((TREES / tree).rglob("*.[ch]")):
        hold_against_walk(path.read_bytes())


def test_a_file_is_not_parsed_for_what_it_only_mentions(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(text: bytes) -> Node:
        raise AssertionError(f"parsed: {text!r}")

    text = b"struct job;\nvoid use(struct job *job);\nint f(void) { return use(job_get(1)); }\n/* see job_get() */\n"
    monkeypatch.setattr(syntax, "parse", parse)
    declarations = Declarations(text)
    assert declarations.members("job") is None
    assert declarations.returned("job_get") is None
    assert declarations.variables("fence") == []
