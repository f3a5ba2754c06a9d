# SPDX-License-Identifier: GPL-2.0-only
"""Words without which a semantic patch matches nothing: better none known than one too few."""

import pytest
from helpers import PROJECT

from fencemig.smpl import needed_words


def needed(rule: str, declared: str = "", head: str = "rule") -> set[str] | None:
    found = needed_words([f"// a comment\n@{head}@\n{declared}\n@@\n{rule}\n"])
    return None if found is None else set(found)


@pytest.mark.parametrize(
    ("rule", "declared", "words"),
    [
        ("foo(x)", "expression x;", {"foo"}),
        ("- foo(x)\n+ bar(x)", "expression x;", {"foo"}),
        ("-foo@p(...);\n ...\n-bar@p(...);", "position p;", {"foo"}),
        ("f(...)", "identifier f;", None),
        ("f(...)", "identifier f = {foo, bar};", {"foo", "bar"}),
        ("f(...)", "identifier f != {foo, bar};", None),
        ("f(...)", 'identifier f =~ "foo";', None),
        ("f(...)", "identifier earlier.f;", None),
        ("f(foo)", "identifier f, foo;", None),
        ("x->error = e;", "expression x, e;", {"error"}),
        ("f(x, ...)", "identifier f; struct foo *x;", None),
        ("scoped(x) {\n foo(x);\n}", "expression x; iterator name scoped;", {"scoped"}),
        ("(\nfoo(x)\n|\nbar(x)\n)", "expression x;", {"foo", "bar"}),
        ("(\nfoo(x)\n|\nx\n)", "expression x;", None),
        ("\\(foo(x)\\|bar(x)\\)", "expression x;", {"foo", "bar"}),
        ("(\nfoo(x)\n&\nf(...)\n)", "expression x; identifier f;", {"foo"}),
        ("(\nfoo(bar, x)\n|\nbaz(bar, 1)\n|\nbar\n)", "expression x;", {"bar"}),
        ("<... foo(x) ...>\nbar(x);", "expression x;", {"bar"}),
        ("<+... foo(x) ...+>", "expression x;", {"foo"}),
        ("{\n ... when != foo(x)\n-unsigned long x;\n ... when any\n}", "identifier x;", None),
        ("{\n ... when != foo(x,\n y)\n-bar(x);\n}", "identifier x;", None),
        ("?foo(x);\nbar(x);", "expression x;", {"bar"}),
        ("if (likely(x == NULL)) S", "expression x; statement S;", None),  # !x is the same
        ("(foo_t)x", "expression x;", None),  # so is x
        ("(struct foo *)x", "expression x;", None),
        ("sizeof(foo_t)", "", None),
        ('x == "foo" // foo\n/* foo */', "expression x;", None),
        ("T f(...) { foo(); }", "type T; identifier f;", None),  # a definition of a function
        ("if (c) { foo(); }", "expression c;", {"foo"}),
        ("foo(", "", {"foo"}),
        ("<... foo()", "", None),
        ("(\nfoo()\n|", "", None),
    ],
)
def test_words_of_one_rule(rule: str, declared: str, words: set[str] | None) -> None:
    assert needed(rule, declared) == words


def test_a_rule_that_depends_on_another_is_one_of_its_own() -> None:
    first = "@first@\nidentifier x;\n@@\n foo(x)\n"
    assert needed_words([first, "@second depends on first@\nidentifier first.x;\n@@\n-long x;\n"]) is None
    assert needed_words([first, "@second depends on first@\nidentifier first.x;\n@@\n-bar(x);\n"]) == frozenset(
        {"foo", "bar"}
    )


def test_scripts_match_nothing() -> None:
    start = "@initialize:python@\n@@\nimport json\n"
    script = "@script:python@\np << rule.p;\n@@\nprint(f'@{p}')\n"
    assert needed_words([start, "@rule@\nposition p;\n@@\nfoo@p\n" + script]) == frozenset({"foo"})


def test_isomorphisms_of_its_own_may_do_anything() -> None:
    assert needed("foo()", head='rule using "own.iso"') is None
    assert needed_words(['using "own.iso"\n\n@rule@\n@@\nfoo()\n']) is None
    assert needed_words(['#include "more.cocci"\n\n@rule@\n@@\nfoo()\n']) is None
    assert needed_words(['// using "own.iso"\n@rule@\n@@\nfoo()\n']) == frozenset({"foo"})


def test_what_is_not_a_semantic_patch_is_not_understood() -> None:
    assert needed_words(["@rule@\nfoo()\n"]) is None
    assert needed_words([]) == frozenset()


def test_one_word_for_many_rules_is_enough() -> None:
    rules = [f"@@\nexpression x;\n@@\n {one}(x);\n two(x);\n" for one in ("one", "three", "four")]
    assert needed_words(["@@ @@\n two(...)\n", *rules]) == frozenset({"two"})


def test_the_rules_of_this_migration_need_its_words() -> None:
    """All but the one that tidies up: a variable that nothing uses may be in any function."""
    folder = PROJECT / "semantic_patches/dma_fence_signal"
    probe = (folder / "00-probe.cocci").read_text()
    words = needed_words([probe])
    assert words is not None and words > {"dma_fence_signal", "dma_fence_set_error", "error"}
    unknown = [file.stem for file in folder.glob("*.cocci") if needed_words([probe, file.read_text()]) != words]
    assert unknown == ["44-check_open_coded"]
