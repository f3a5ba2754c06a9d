# SPDX-License-Identifier: GPL-2.0-only
"""Which isomorphisms are left out: only those that rewrite what a semantic patch does not have."""

import shutil
from pathlib import Path

import pytest

from fencemig.isomorphisms import idle
from fencemig.system.process import run

ALL = set(idle(""))


def working(rule: str, declared: str = "expression x, y;") -> set[str]:
    """Those that a rule needs."""
    return ALL - set(idle(f"@rule@\n{declared}\n@@\n{rule}\n"))


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("x + 1", {"plus_comm", "plus_assoc", "plus_minus_assoc1", "plus_minus_assoc2", "inc", "for_inc"}),
        ("-x++;", {"plus_comm", "plus_assoc", "plus_minus_assoc1", "plus_minus_assoc2", "inc", "for_inc"}),
        ("foo(x - 1)", {"minus_assoc"}),
        ("foo(x) -\n  1", {"minus_assoc"}),
        ("x * 2", {"mult_comm", "times_assoc", "times_div_assoc1", "times_div_assoc2"}),
        ("x / 2", {"div_assoc"}),
        ("x & 2", {"bitand_comm"}),
        ("x | 2", {"bitor_comm"}),
        ("x[1] < 2", {"gtr_lss", "gtr_lss_eq"}),
        ("unsigned i;", {"add_int1"}),
        ("signed i;", {"add_int2"}),
        ("sizeof(x)", {"sizeof_type_expr"}),
        ("extern int i;", {"extern_decl_init"}),
        ("static int i;", {"static_decl_init"}),
        ("-foo(-1, &x->a, *y);\n+bar(x + y);\n ... when != x\n <+... x ...+>", set()),
        ("(\n foo(x);\n|\n \\(x && y\\|x || y\\);\n)", set()),
        ('foo("a + b"); // a + b', set()),
    ],
)
def test_what_a_rule_needs(rule: str, names: set[str]) -> None:
    assert working(rule) == names


def test_scripts_and_headers_say_nothing() -> None:
    assert set(idle("@script:python@\np << rule.p;\n@@\nprint(1 + 2 < 3)\n\n@rule depends on !(a || b)@\n@@\n")) == ALL


def test_what_is_read_from_elsewhere_may_bring_in_anything() -> None:
    assert idle('using "own.iso"\n@rule@\n@@\n-foo();\n') == []
    assert idle('@rule using "own.iso"@\n@@\n-foo();\n') == []
    assert idle('#include "more.cocci"\n@rule@\n@@\n-foo();\n') == []


def test_spatch_knows_all_of_them(tmp_path: Path) -> None:
    """It refuses one that it does not know."""
    rule, text = tmp_path / "rule.cocci", tmp_path / "text.c"
    rule.write_text("@@\n@@\n-foo();\n")
    text.write_text("void f(void) { foo(); }\n")
    spatch = shutil.which("spatch")
    assert spatch is not None
    options = [word for name in sorted(ALL) for word in ("--disable-iso", name)]
    assert b"-" in run([spatch, *options, "--sp-file", str(rule), str(text)], timeout=60).stdout
