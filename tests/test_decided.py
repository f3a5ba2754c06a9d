# SPDX-License-Identifier: GPL-2.0-only
"""What decisions do to sites: the code stays where people say so, and no error is lost."""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import KernelTree
from helpers import add
from model.declarations import read_fixture
from model.harness import make_harness
from model.run import Excuse, cases_of, compile_harness, compile_model, run

from fencemig import ledger, syntax
from fencemig.decisions import Choice, Decision, Decisions
from fencemig.migration import load_migration
from fencemig.model import Site, Verdict
from fencemig.pipeline import Request, Survey, survey
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import find_spatch

ROOT = Path(__file__).parent.parent
MIGRATION = load_migration(ROOT / "semantic_patches/dma_fence_signal")


def skip(*ids: str, choice: Choice = Choice.SKIP, reason: str = "the firmware reads it") -> Decisions:
    return Decisions({one: Decision(one, choice, reason) for one in ids})


def surveyed(tree: Path, decisions: Decisions, *paths: str) -> Survey:
    request = Request(open_tree(tree, None), MIGRATION, find_spatch(), paths, 2, 60, lambda *_: None, decisions)
    return survey(request)


def named(found: Survey, *ends: str) -> list[Site]:
    return [next(site for site in found.sites if site.id.endswith(end)) for end in ends]


DRIVER = "drivers/finch/finch.c"
SOURCE = b"""#include <linux/dma-fence.h>

void finch_missed(struct dma_fence *f, unsigned int *missed)
{
	dma_fence_set_error(f, -ETIME);
	(*missed)++;
	dma_fence_signal(f);
}

void finch_flip(struct dma_fence *f, ktime_t when, bool timed)
{
	dma_fence_set_error(f, -EIO);
	if (timed)
		dma_fence_signal_timestamp(f, when);
	else
		dma_fence_signal(f);
}

void finch_late(struct dma_fence *f)
{
	dma_fence_set_error(f, -EIO);
}
"""


@pytest.fixture
def tree(kernel_tree: KernelTree) -> Path:
    """The fixture kernel with a single driver: quick to survey."""
    made = kernel_tree(git=False)
    shutil.rmtree(made / "drivers")
    add(made, DRIVER, SOURCE)
    return made


@pytest.mark.parametrize("choice", [Choice.SKIP, Choice.HOLD])
def test_a_signal_that_stays_keeps_its_store(tree: Path, choice: Choice) -> None:
    plain = surveyed(tree, Decisions(), DRIVER)
    own = f"{DRIVER}:finch_missed:"
    found = surveyed(tree, skip(f"{own}dma_fence_signal#1", choice=choice), DRIVER)
    signal, store = named(found, "finch_missed:dma_fence_signal#1", "finch_missed:dma_fence_set_error#1")
    assert (signal.verdict, signal.rule, signal.after) == (Verdict.MANUAL, None, None)
    assert (signal.decision, signal.reason) == (choice.value, f"{choice}: the firmware reads it")
    assert (store.verdict, store.merged_into, store.decision) == (Verdict.MANUAL, None, None)
    assert f"its signal in line {signal.line} stays" in store.reason
    assert found.notes == ()
    assert [site for site in found.sites if own not in site.id] == [site for site in plain.sites if own not in site.id]
    after = next(iter(found.changes)).after
    assert signal.before.encode() + b";" in after and store.before.encode() in after


def test_a_store_that_stays_makes_its_signal_pass_nothing_and_be_looked_at(tree: Path) -> None:
    found = surveyed(tree, skip(f"{DRIVER}:finch_missed:dma_fence_set_error#1"), DRIVER)
    signal, store = named(found, "finch_missed:dma_fence_signal#1", "finch_missed:dma_fence_set_error#1")
    assert (store.verdict, store.decision) == (Verdict.MANUAL, "skip")
    assert (signal.verdict, signal.rule) == (Verdict.REVIEW, "plain_carried")
    assert signal.after == "dma_fence_signal(f, 0)"


def test_what_is_accepted_stays_for_review_with_what_went_into_it(tree: Path) -> None:
    own = f"{DRIVER}:finch_missed:dma_fence_signal#1"
    plain = surveyed(tree, Decisions(), DRIVER)
    found = surveyed(tree, skip(own, choice=Choice.ACCEPT, reason="tested"), DRIVER)
    assert list(found.changes) == list(plain.changes)
    for site, other in zip(found.sites, plain.sites, strict=True):
        meant = own in (site.id, site.merged_into)
        assert site.decision == ("accept" if meant else None)
        assert site.reason == other.reason + ("; accepted: tested" if meant else "")
        assert site.verdict == other.verdict
    assert sum(site.decision is not None for site in found.sites) == 2


def test_the_ledger_has_a_decision_only_where_there_is_one(tree: Path) -> None:
    found = surveyed(tree, skip(f"{DRIVER}:finch_missed:dma_fence_signal#1"), DRIVER)
    rows = json.loads(ledger.as_json(ledger.Ledger("1", None, "void", None, (DRIVER,), found.sites)))["sites"]
    assert [row["decision"] for row in rows if "decision" in row] == ["skip"]


def test_decisions_that_do_not_count_are_told(tree: Path) -> None:
    own = f"{DRIVER}:finch_missed:dma_fence_signal"
    detached = f"{DRIVER}:finch_late:dma_fence_set_error#1"
    core = "include/linux/dma-fence.h:dma_fence_is_signaled:dma_fence_signal#1"
    decisions = {
        f"{own}#2": Decision(f"{own}#2", Choice.SKIP, "x"),
        f"{own}#1": Decision(f"{own}#1", Choice.SKIP, "x", before="dma_fence_signal(old)"),
        detached: Decision(detached, Choice.ACCEPT),
        core: Decision(core, Choice.HOLD, "x"),
        "drivers/accel/a.c:f:dma_fence_signal#1": Decision("drivers/accel/a.c:f:dma_fence_signal#1", Choice.ACCEPT),
    }
    paths = ("drivers/finch", "include")
    plain, found = surveyed(tree, Decisions(), *paths), surveyed(tree, Decisions(decisions), *paths)
    assert (list(found.sites), list(found.changes)) == (list(plain.sites), list(plain.changes))
    missing, other, manual, in_core, elsewhere = sorted(found.notes, key=lambda note: list(decisions).index(
        next((one for one in decisions if one in note), "drivers/accel/a.c:f:dma_fence_signal#1")))  # fmt: skip
    assert f"{own}#2" in missing and "no such site" in missing
    assert "'dma_fence_signal(old)'" in other and "'dma_fence_signal(f)'" in other
    assert "is manual" in manual
    assert "is core" in in_core
    assert elsewhere == "the decision on 1 site outside of drivers/finch include was not looked at"
    two = [f"drivers/accel/a.c:f:dma_fence_signal#{number}" for number in (1, 2)]
    (note,) = surveyed(tree, skip(*two), "drivers/finch").notes
    assert note == "the decisions on 2 sites outside of drivers/finch were not looked at"


def test_an_accepted_conversion_that_comes_out_otherwise_is_not_accepted(tree: Path) -> None:
    own = f"{DRIVER}:finch_flip:dma_fence_signal"
    (signal,) = named(surveyed(tree, Decisions(), DRIVER), "finch_flip:dma_fence_signal#1")
    accepted = Decision(signal.id, Choice.ACCEPT, "", signal.before, signal.after)
    both = Decisions({signal.id: accepted, **skip(f"{own}_timestamp#1").sites})
    found = surveyed(tree, both, DRIVER)
    (now,) = named(found, "finch_flip:dma_fence_signal#1")
    assert (now.after, now.decision) == ("dma_fence_signal(f, 0)", None)
    assert len(found.notes) == 1 and "'dma_fence_signal(f, -EIO)' was accepted" in found.notes[0]


def test_a_decision_for_a_converted_tree_changes_nothing(tree: Path) -> None:
    for change in surveyed(tree, Decisions(), DRIVER).changes:
        (tree / change.path).write_bytes(change.after)
    found = surveyed(tree, skip(f"{DRIVER}:finch_missed:dma_fence_signal#1"), DRIVER)
    (signal,) = named(found, "finch_missed:dma_fence_signal#1")
    assert (signal.verdict, signal.decision) == (Verdict.KEEP, None)
    assert len(found.notes) == 1 and "is keep (has its error already)" in found.notes[0]


def test_what_was_accepted_and_is_merged_by_now_is_no_news(tree: Path) -> None:
    plain = surveyed(tree, Decisions(), DRIVER)
    (signal,) = named(plain, "finch_missed:dma_fence_signal#1")
    accepted = Decision(signal.id, Choice.ACCEPT, "tested", signal.before, signal.after)
    for change in plain.changes:
        (tree / change.path).write_bytes(change.after)
    found = surveyed(tree, Decisions({signal.id: accepted}), DRIVER)
    (now,) = named(found, "finch_missed:dma_fence_signal#1")
    assert (now.before, now.verdict, now.decision) == (signal.after, Verdict.KEEP, None)
    assert found.notes == ()
    other = replace(accepted, after="dma_fence_signal(f, 0)")
    assert len(surveyed(tree, Decisions({signal.id: other}), DRIVER).notes) == 1


# No error is lost: every site of these stays once, and the program does the same as before

HELD = (
    "check_open_coded/change_comments",
    "merge_into_branches/change_locked",
    "merge_store/change_pointer",
)
# The error that stays must not be overwritten by an older one that the signal passes now.
THREE = b"""#include <linux/dma-fence.h>

static void finch_end(struct dma_fence *done, bool stuck, bool late, bool gone)
{
	if (stuck)
		dma_fence_set_error(done, -EIO);
	if (late)
		dma_fence_set_error(done, -ETIME);
	if (gone)
		dma_fence_set_error(done, -ENODEV);
	dma_fence_signal(done);
}
"""
# What the contract, and the reasons of these rules, say will differ may do so: see test_differential.py.
EXCUSES = Excuse.LATE_ERROR | Excuse.ZERO_ERROR
SETS = [Excuse(number) for number in range(int(max(Excuse)) * 2)]  # what stays is as before, so not all need apply


def by_macros(text: bytes) -> bytes:
    """The text as it is compiled half-way: calls without their error pass 0, and what stores an error is as it was."""
    calls = [node for node in syntax.walk(syntax.parse(text)) if node.type == syntax.CALL]
    for node in sorted(calls, key=lambda node: -node.end_byte):
        function = MIGRATION.symbols.functions.get(syntax.text_of(node).partition(b"(")[0].decode())
        if function and function.role == "signal" and len(syntax.arguments(node)) == function.arguments:
            text = text[: node.end_byte - 1] + b", 0" + text[node.end_byte - 1 :]
    return text.replace(b"dma_fence_set_error(", b"old_set_error(")


def in_rounds(sites: Iterable[Site]) -> list[tuple[Site, ...]]:
    """Sets of sites that have one of each function, until all were in one."""
    functions: defaultdict[str | None, list[Site]] = defaultdict(list)
    for site in sites:
        functions[site.function].append(site)
    most = max(map(len, functions.values()))
    return [tuple(own[number] for own in functions.values() if number < len(own)) for number in range(most)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_model(tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize("name", [*HELD, "three stores"])
def test_whatever_stays_no_error_is_lost(name: str, model: Path, tree: Path, tmp_path: Path) -> None:
    text = (ROOT / "kernel_fixtures/rules" / f"{name}.c").read_bytes() if name in HELD else THREE
    (tree / DRIVER).write_bytes(text)
    harness = make_harness(read_fixture(text))
    cases = cases_of(harness)
    before = compile_harness(harness, text, "void", model, tmp_path / "before")
    allowed = [run(before, cases, "void", {case.name: one for case in cases}) for one in SETS]
    rewritten = [one for one in surveyed(tree, Decisions(), "drivers").sites if one.after or one.merged_into]
    assert rewritten
    for number, stays in enumerate(in_rounds(rewritten)):
        found = surveyed(tree, skip(*(site.id for site in stays)), "drivers")
        assert [site.id for site in found.sites if site.decision] == [site.id for site in stays]
        assert not any(site.verdict is Verdict.UNREACHED for site in found.sites)
        after = next(iter(found.changes)).after if found.changes else text
        program = compile_harness(harness, by_macros(after), "err", model, tmp_path / f"after{number}", strict=False)
        records = run(program, cases, "void", {case.name: EXCUSES for case in cases})
        different = [one for one in zip(cases, records, *allowed, strict=True) if one[1] not in one[2:]]
        assert not different, f"{[site.id for site in stays]}\n{different[0]}"
