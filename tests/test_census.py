# SPDX-License-Identifier: GPL-2.0-only
"""The denominator: every use of the API in a text is found once, and is where the census says."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig import syntax
from fencemig.census import Belongs, Kind, Lines, Use, take_census
from fencemig.migration import load_migration

SYMBOLS = load_migration(Path(__file__).parent.parent / "semantic_patches/dma_fence_signal").symbols
SIGNAL = "dma_fence_signal"
MENTIONS = {Kind.CALL, Kind.DEFINITION, Kind.PROTOTYPE, Kind.EXPORT, Kind.VALUE, Kind.MACRO, Kind.TEXT, Kind.NAMESAKE}


def census(text: bytes, answer: Belongs = Belongs.UNKNOWN) -> tuple[Use, ...]:
    return take_census(text, SYMBOLS, lambda node: answer)


def in_function(statements: bytes) -> bytes:
    return b"void g(struct dma_fence *f)\n{\n" + statements + b"\n}\n"


def the_only(text: bytes) -> Use:
    found = census(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (in_function(b"dma_fence_signal(f);"), Kind.CALL),
        (in_function(b"dma_fence_signal (f);"), Kind.CALL),
        (in_function(b"dma_fence_signal /* why */ (f);"), Kind.CALL),
        (in_function(b"dma_fence_signal\n\t\t(f);"), Kind.CALL),
        (in_function(b"if (a) { int r = dma_fence_signal(f); }"), Kind.CALL),
        (in_function(b"struct a b = { .c = dma_fence_signal(f) };"), Kind.CALL),
        (in_function(b"scoped_guard(spinlock, &l)\n\tdma_fence_signal(f);"), Kind.CALL),
        (in_function(b"for_each_thing\n\tdma_fence_signal(f);"), Kind.CALL),
        (in_function(b"x = sizeof(dma_fence_signal(f));"), Kind.CALL),
        (b"OLD_STYLE(g, int a)\n{\n\tdma_fence_signal(f);\n}\n", Kind.CALL),
        (b"int g(f)\n\tstruct dma_fence *f;\n{\n\tdma_fence_signal(f);\n}\n", Kind.CALL),
        (b"DEFINE_THING(a, dma_fence_signal(f))\n", Kind.CALL),
        (b"int never_closed(void) { if (a { dma_fence_signal(f);", Kind.CALL),
        (b"} } dma_fence_signal(f", Kind.CALL),
        (b"#if A\nint g(void)\n#else\nint h(void)\n#endif\n{\n\tdma_fence_signal(f);\n}\n", Kind.CALL),
        (b"#define X(f) dma_fence_signal(f)\n", Kind.MACRO),
        (b"#define X(f) do { \\\n\tdma_fence_signal(f); \\\n} while (0)\n", Kind.MACRO),
        (b"#define X(f) do { \\\n\t#f; dma_fence_signal(f); \\\n} while (0)\n", Kind.MACRO),
        (b"#define X dma_fence_signal\n", Kind.MACRO),
        (b"/* dma_fence_signal(f) */", Kind.TEXT),
        (b"/* dma_fence_signal(f)", Kind.TEXT),
        (b"// dma_fence_signal(f)", Kind.TEXT),
        (b'char *a = "dma_fence_signal(f)";', Kind.TEXT),
        (b"#error don't use dma_fence_signal()\n", Kind.TEXT),
        (b"int dma_fence_signal(struct dma_fence *f);", Kind.PROTOTYPE),
        (b"extern void dma_fence_signal(struct dma_fence *);", Kind.PROTOTYPE),
        (in_function(b"extern int dma_fence_signal(struct dma_fence *f);"), Kind.PROTOTYPE),
        (b"int dma_fence_signal(struct dma_fence *f)\n{\n}\n", Kind.DEFINITION),
        (b"EXPORT_SYMBOL(dma_fence_signal);", Kind.EXPORT),
        (b'EXPORT_SYMBOL_NS_GPL(dma_fence_signal, "DRIVER");', Kind.EXPORT),
        (b"void (*p)(struct dma_fence *) = dma_fence_signal;", Kind.VALUE),
        (b"void (*p)(struct dma_fence *) = &dma_fence_signal;", Kind.VALUE),
        (b"struct ops o = { .signal = dma_fence_signal };", Kind.VALUE),
        (in_function(b"h(dma_fence_signal, f);"), Kind.VALUE),
        (in_function(b"(dma_fence_signal)(f);"), Kind.VALUE),
        (in_function(b"__dma_fence_signal(f);"), Kind.NAMESAKE),
        (in_function(b"trace_dma_fence_signaled(f);"), Kind.NAMESAKE),
        (b"#define my_dma_fence_signal(f) 0", Kind.NAMESAKE),
    ],
)
def test_what_a_name_is_there_for(text: bytes, kind: Kind) -> None:
    assert the_only(text).kind is kind


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (b"\n\tdma_fence_signal(f);", 2, 2),
        (b"/* \xc3\xa4 */ dma_fence_signal(f);", 1, 10),  # two bytes of UTF-8
        (b"/* \xe4 */ dma_fence_signal(f);", 1, 9),  # one of Latin-1
        (b"\r\n\r\n  dma_fence_signal(f);\r\n", 3, 3),
        (b"\0\n dma_fence_signal(f);", 2, 2),
        (b"a\fb\v\n dma_fence_signal(f);", 2, 2),
        (b"x \\\n dma_fence_signal(f);", 2, 2),
    ],
)
def test_lines_and_columns_count_bytes_from_one(text: bytes, line: int, column: int) -> None:
    assert [(use.line, use.column) for use in census(text) if use.callee == SIGNAL] == [(line, column)]


def test_the_span_of_a_call_over_lines() -> None:
    text = in_function(b"\tdma_fence_set_error(f,\n\t\t\t    -EIO);")
    use = the_only(text)
    assert text[use.start : use.end] == b"dma_fence_set_error(f,\n\t\t\t    -EIO)"
    assert use.before == "dma_fence_set_error(f, -EIO)"
    assert [text[start:end] for start, end in use.arguments] == [b"f", b"-EIO"]


@pytest.mark.parametrize("argument", [b"f /* :-) */", b'f ? ")" : 0', b"f, (g(1))", b"')'", b""])
def test_the_span_of_a_call_that_the_grammar_does_not_see(argument: bytes) -> None:
    call = b"dma_fence_signal(" + argument + b")"
    use = the_only(b"#define X(f) { " + call + b"; }\n")
    assert use.before.encode() == call


def test_two_calls_in_a_line_and_calls_in_calls_are_all_found() -> None:
    text = in_function(b"dma_fence_signal(f); dma_fence_signal(g); dma_fence_set_error(f, dma_fence_signal(h));")
    assert [(use.callee, use.ordinal) for use in census(text)] == [
        (SIGNAL, 1),
        (SIGNAL, 2),
        ("dma_fence_set_error", 1),
        (SIGNAL, 3),
    ]
    assert all(use.kind is Kind.CALL and use.function == "g" for use in census(text))


def test_all_branches_of_an_if_are_counted() -> None:
    text = in_function(
        b"#if A\ndma_fence_signal(f);\n#elif B\ndma_fence_signal(f);\n#else\ndma_fence_signal(f);\n#endif"
    )
    assert [use.ordinal for use in census(text)] == [1, 2, 3]


def test_functions_of_one_name_share_their_ordinals() -> None:
    text = b"#if A\nvoid g(void) { dma_fence_signal(f); }\n#else\nvoid g(void) { dma_fence_signal(f); }\n#endif\n"
    assert [use.id("a.c") for use in census(text)] == ["a.c:g:dma_fence_signal#1", "a.c:g:dma_fence_signal#2"]


def test_an_id_does_not_depend_on_where_the_lines_are() -> None:
    text = in_function(b"dma_fence_signal(f);")
    assert [use.id("a.c") for use in census(text)] == [use.id("a.c") for use in census(b"\n// more\n\n" + text)]


@pytest.mark.parametrize(
    "store",
    [
        b"f->error = -EIO",
        b"(f->error) = -EIO",
        b"(/* why */ f->error) = -EIO",
        b"job->base.error |= -EIO",
        b"f[1].error++",
        b"--f->error",
        b"(*f).error = -EIO",
        b"WRITE_ONCE(f->error, -EIO)",
        b"smp_store_release(&f->error, -EIO)",
        b"xchg(&f->error, -EIO)",
        b"cmpxchg(&f->base.error, 0, -EIO)",
        b"try_cmpxchg(&f->error, &old, -EIO)",
        b"cmpxchg_relaxed(&(f->error), 0, -EIO)",
    ],
)
def test_a_store_by_hand(store: bytes) -> None:
    use = the_only(in_function(b"\tif (a)\n\t\t" + store + b";"))
    assert (use.kind, use.callee, use.before) == (Kind.STORE, "->error", store.decode())


@pytest.mark.parametrize(
    "text",
    [
        b"x = f->error;",
        b"f->error == -EIO;",
        b"f->errors = 1;",
        b"error = -EIO;",
        b"READ_ONCE(f->error);",
        b"cmpxchg(&f->seqno, f->error, 1);",
        b"f->error.code = 1;",
        b"/* f->error = 1; */",
        b'h("f->error = 1");',
    ],
)
def test_what_is_no_store(text: bytes) -> None:
    assert census(in_function(text)) == ()


def test_a_store_to_another_struct_is_no_use() -> None:
    assert census(in_function(b"f->error = -EIO;"), Belongs.NO) == ()
    assert the_only(in_function(b"f->error = -EIO;").replace(b"f->", b"q->")).belongs is Belongs.UNKNOWN


@pytest.mark.parametrize("setter", [b"set_bit", b"__set_bit", b"test_and_set_bit", b"__test_and_set_bit"])
def test_the_bit_set_by_hand(setter: bytes) -> None:
    use = the_only(in_function(b"\t" + setter + b"(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);"))
    assert (use.kind, use.callee) == (Kind.BIT, "SIGNALED_BIT")


@pytest.mark.parametrize(
    "text",
    [
        b"test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);",
        b"clear_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);",
        b"set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &f->flags);",
    ],
)
def test_other_bits_and_other_uses_of_the_bit_are_no_sites(text: bytes) -> None:
    assert census(in_function(text)) == ()


SCRAPS = st.lists(
    st.sampled_from(
        [
            *(name.encode() for name in SYMBOLS.functions),
            b"x_dma_fence_signal",
            b"f->error = 1;",
            b"set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &f->flags);",
            b"void g(void)",
            b"void (void)",
            b"#define X(a)",
            b"#if A",
            b"#endif",
            b"{",
            b"}",
            b"(",
            b")",
            b";",
            b",",
            b"=",
            b'"',
            b"'",
            b"/*",
            b"*/",
            b"//",
            b"\\",
            b"\n",
            b"\r\n",
            b"\t",
            b" ",
            b"\0",
            b"\xe4",
        ]
    ),
    max_size=40,
).map(b"".join)


@given(st.one_of(st.binary(), SCRAPS))
def test_the_sum_is_the_number_of_words_with_a_name_of_the_api(text: bytes) -> None:
    """Counted here with one regular expression, and the names of directives aside."""
    text = re.sub(rb"#(?=[ \t]*\w)(?!(?:define|if|endif)\b)", b" ", text)
    words = [
        word for word in re.findall(rb"[A-Za-z_]\w*", text) if any(name.encode() in word for name in SYMBOLS.functions)
    ]
    assert sum(use.kind in MENTIONS for use in census(text)) == len(words)


@given(SCRAPS)
def test_uses_are_unique_in_order_and_where_they_say(text: bytes) -> None:
    uses = census(text)
    ids = [use.id("a.c") for use in uses]
    assert len(set(ids)) == len(ids)
    assert [use.offset for use in uses] == sorted(use.offset for use in uses)
    assert [(use.line, use.column) for use in uses] == sorted((use.line, use.column) for use in uses)
    for use in uses:
        assert use.start <= use.offset < use.end <= len(text)
        assert use.before == syntax.folded(text[use.start : use.end])
        lines = text.split(b"\n")
        assert lines[use.line - 1][use.column - 1 :].split(b"\n")[0] == text[use.offset :].split(b"\n")[0]


def writes_by_walk(text: bytes) -> set[tuple[int, int]]:
    """The spans of the stores and of the bits set by hand, looked for in the whole tree."""
    found = set()
    for node in syntax.walk(syntax.parse(text)):
        target, given = None, syntax.arguments(node) if node.type == syntax.CALL else []
        if node.type in ("assignment_expression", "update_expression"):
            target = node.child_by_field_name("left") or node.child_by_field_name("argument")
        elif given and syntax.called(node) in ("WRITE_ONCE", "xchg"):
            target = syntax.pointee(given[0])
        elif given and syntax.called(node) == "set_bit" and syntax.plain(given[0]) == SYMBOLS.flag:
            found.add((node.start_byte, node.end_byte))
        target = None if target is None else syntax.bare(target)
        if target is not None and target.type == "field_expression":
            member, owner = target.child_by_field_name("field"), target.child_by_field_name("argument")
            if member is not None and owner is not None and syntax.text_of(member) == b"error":
                found.add((node.start_byte, node.end_byte))
    return found


WRITES = st.recursive(
    st.sampled_from(
        [b"f->error", b"f.error", b"error", b"f->base", b"g(f)->error", b"1", b"DMA_FENCE_FLAG_SIGNALED_BIT"]
    ),
    lambda inner: st.builds(
        lambda form, one, other: form.replace(b"1", one).replace(b"2", other),
        st.sampled_from(
            [
                *(b"(1)", b"*1", b"&1", b"(int *)1", b"(/* error */ 1)", b"1 = 2", b"1 |= 2", b"1++", b"--1", b"1 + 2"),
                *(b"WRITE_ONCE(1, 2)", b"xchg(&1, 2)", b"xchg(&(1), 2)->error", b"set_bit(1, 2)", b"1[2]", b"h(1, 2)"),
            ]
        ),
        inner,
        inner,
    ),
    max_leaves=6,
)


@given(st.lists(WRITES, max_size=3).map(b";\n".join))
def test_the_writes_are_those_that_a_walk_over_the_tree_finds(statements: bytes) -> None:
    text = in_function(statements + b";")
    found = [(use.start, use.end) for use in census(text) if use.kind in (Kind.STORE, Kind.BIT)]
    assert len(set(found)) == len(found)
    assert set(found) == writes_by_walk(text)


@given(st.binary(), st.data())
def test_a_position_leads_back_to_its_offset(text: bytes, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    line, column = Lines(text).position(offset)
    assert Lines(text).start(line) + column - 1 == offset
    assert line == text[:offset].count(b"\n") + 1
