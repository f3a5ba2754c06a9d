# SPDX-License-Identifier: GPL-2.0-only
"""docs/rules.md: every rule, fixture and row is in it, its examples are what the fixtures say, its words are true.

That the file is what its generator makes is held in test_docs.py, that fixtures are what rules do in test_rules.py.
"""

import importlib
import re
import sys
from types import ModuleType

import pytest
from helpers import PROJECT

from fencemig.migration import Rule, load_migration
from fencemig.model import Verdict


def _module(name: str) -> ModuleType:
    """A module of tools/, which is no package of ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(PROJECT / "tools"), *sys.path])
        return importlib.import_module(name)


rules = _module("documents.rules")
MIGRATION = load_migration(PROJECT / "semantic_patches" / "dma_fence_signal")
FIXTURES = _module("documents.fixtures").fixtures()
WORDS = rules.load_words()
GUIDE = rules.text()


def _section(rule: Rule) -> str:
    found = re.search(rf"^### {rule.id}\n(.*?)(?=^##)", GUIDE, re.MULTILINE | re.DOTALL)
    assert found is not None, rule.id
    return found[1]


def test_the_rules_stand_in_the_order_in_which_they_apply() -> None:
    assert re.findall(r"^### (\w+)$", GUIDE, re.MULTILINE) == [rule.id for rule in MIGRATION.rules]


@pytest.mark.parametrize("rule", MIGRATION.rules, ids=lambda rule: rule.id)
def test_a_section_has_all_that_a_reader_needs(rule: Rule) -> None:
    section, plain = _section(rule), _section(rule).replace("`", "")
    for line in rule.file.read_text(encoding="utf-8").splitlines():
        if line.startswith("// ") and "SPDX" not in line:
            assert line.removeprefix("// ") in plain
    assert f"**Verdict**: `{rule.verdict}`" in section
    assert rule.verdict is Verdict.CONVERT or rule.reason in plain
    for condition in rule.conditions:
        assert f"- `{condition}`: " in section
    assert not rule.row or f"files its sites under [`{rule.row}`]" in section
    assert all(one.link in section for one in FIXTURES[rule.id])


@pytest.mark.parametrize("rule", [rule for rule in MIGRATION.rules if rule.after], ids=lambda rule: rule.id)
def test_the_example_is_a_fixture_that_the_rule_changes(rule: Rule) -> None:
    shown = rules.example(rule, WORDS, FIXTURES[rule.id])
    assert (rule.row or rule.id) in {row for _, row in shown.verdicts}
    diff = _section(rule).partition("```diff\n")[2].partition("```")[0].splitlines()
    for sign, text in (("-", shown.text), ("+", shown.expected)):
        found = [line[1:] for line in diff if line.startswith(sign)]
        assert found and set(found) <= set(text.splitlines())
    assert len(diff) < 40


def test_a_verdict_that_is_not_the_rule_s_own_is_told() -> None:
    own = {rule.row or rule.id: rule.verdict for rule in MIGRATION.rules if rule.after}
    every = {pair for several in FIXTURES.values() for one in several for pair in one.verdicts}
    others = {(row, verdict) for verdict, row in every if row in own and verdict not in (own[row], "manual")}
    others.add(("plain", "review"))  # filed under plain_carried
    told = {(rule, found) for rule, words in WORDS.otherwise.items() for found in re.findall(r"^`(\w+)` ", words)}
    assert told == others


def test_every_row_that_is_left_to_people_says_what_to_decide() -> None:
    rewritten = {rule.row or rule.id for rule in MIGRATION.rules if rule.after} | {"plain_carried"}
    left = {row for row in MIGRATION.texts.rows if row not in rewritten}
    left |= {rule.row for rule in MIGRATION.rules if rule.verdict is Verdict.MANUAL}
    assert set(WORDS.decide) == left
    table = GUIDE.partition("## Sites for people")[2]
    for row in left:
        assert re.search(rf"^\| `{row}` \|.*\]\(\.\./kernel_fixtures/", table, re.MULTILINE), row


def test_the_words_name_what_exists() -> None:
    known = {rule.id for rule in MIGRATION.rules}
    for name, fixture in WORDS.examples.items():
        assert fixture in {one.path.name for one in FIXTURES[name]}, name
    assert set(WORDS.otherwise) <= known


def test_every_look_alike_says_why() -> None:
    for one in (one for several in FIXTURES.values() for one in several):
        assert len(one.comment.split()) > 3 and one.comment.endswith("."), one.path
