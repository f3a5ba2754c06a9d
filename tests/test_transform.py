# SPDX-License-Identifier: GPL-2.0-only
"""One file through the rules, with a stand-in for spatch: refusals, rounds, and what cannot be accounted for."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from fencemig.census import Belongs, Use, take_census
from fencemig.migration import Rule, load_migration
from fencemig.model import Rewritten, Verdict
from fencemig.pipeline import Request, Survey, survey
from fencemig.replay import Match
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import find_spatch
from fencemig.transform import Outcome, Refusal, transform

ROOT = Path(__file__).parent.parent
MIGRATION = load_migration(ROOT / "semantic_patches/dma_fence_signal")
SYMBOLS = MIGRATION.symbols
CALL = re.compile(rb"(dma_fence_\w+)\(([^()]*)\)")
TEXT = b"""void g(void)
{
	dma_fence_set_error(f, -EIO);
	dma_fence_signal(f);
}
void h(void)
{
	dma_fence_signal(k);
}
"""
STORE, SIGNAL, OTHER = 0, 1, 2


def census(text: bytes) -> tuple[Use, ...]:
    return take_census(text, SYMBOLS, lambda node: Belongs.YES)


def rule(name: str) -> Rule:
    return Rule(name, Path(f"{name}.cocci"), ("void",), Verdict.CONVERT)


MERGE, PLAIN = rule("merge"), rule("plain")
RULES = (MERGE, PLAIN)


def accept_all(match: Match) -> Refusal | None:
    return None


def no_thread(text: bytes, blocked: frozenset[int]) -> None:
    """No errors on several paths: what threads them is tested elsewhere."""


class Spatch:
    """Merges neighbours and adds a 0 to other signals, as the rules of that name do, and reports as spatch does."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, ...]] = []
        self.said: list[bytes] = []

    def __call__(self, text: bytes, rules: Sequence[Rule]) -> Rewritten:
        self.runs.append(tuple(one.id for one in rules))
        self.said = []
        self._probe("probe", text)
        for number, one in enumerate(rules):
            before, text = text, self._merge(text) if one.id == "merge" else self._plain(text)
            if text != before:
                self._probe(f"probe_{number}", text)
        return Rewritten(text, b"".join(self.said), "")

    def _say(self, name: str, **places: list[tuple[str, int, int]]) -> None:
        said = {"rule": name, "verdict": None, "reason": None, "values": {}, "places": places}
        self.said.append(b"@fencemig " + json.dumps(said).encode() + b"\n")

    def _place(self, text: bytes, offset: int) -> tuple[str, int, int]:
        before = text[:offset]
        name = re.findall(rb"^void (\w+)", before, re.MULTILINE)[-1].decode()
        return name, before.count(b"\n") + 1, offset - before.rfind(b"\n") - 1

    def _probe(self, name: str, text: bytes) -> None:
        for call in CALL.finditer(text):
            self._say(name, site=[self._place(text, call.start())])

    def _merge(self, text: bytes) -> bytes:
        pair = re.search(rb"\tdma_fence_set_error\(f, (-?\w+)\);\n\tdma_fence_signal\(f\);", text)
        if pair is None:
            return text
        signal = text.index(b"dma_fence_signal", pair.start())
        self._say("merge", store=[self._place(text, pair.start() + 1)], signal=[self._place(text, signal)])
        return text[: pair.start()] + b"\tdma_fence_signal(f, " + pair[1] + b");" + text[pair.end() :]

    def _plain(self, text: bytes) -> bytes:
        for call in CALL.finditer(text):
            if call[1] == b"dma_fence_signal" and b"," not in call[2]:
                self._say("plain", signal=[self._place(text, call.start())])
        return re.sub(rb"(dma_fence_signal\([^(),]*)\)", rb"\1, 0)", text)


def run(
    accept: Callable[[Match], Refusal | None] = accept_all, held: Sequence[int] = (), rules: Sequence[Rule] = RULES
) -> tuple[Outcome, Spatch]:
    spatch = Spatch()
    return transform(TEXT, rules, held, spatch, census, no_thread, accept), spatch


def test_all_rules_go_through_spatch_together() -> None:
    outcome, spatch = run()
    assert b"\tdma_fence_signal(f, -EIO);\n}" in outcome.text and b"dma_fence_signal(k, 0)" in outcome.text
    assert b"set_error" not in outcome.text
    assert spatch.runs == [("merge", "plain")]
    assert outcome.merged == {STORE: SIGNAL}
    assert outcome.after == {
        SIGNAL: "dma_fence_signal(f, -EIO)",
        OTHER: "dma_fence_signal(k, 0)",
    }
    assert (outcome.unreached, outcome.refusals) == ({}, {})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"int b;\n};\n", b"int b, c;\n};\n"),
        (b"int b;\n};\n", b"int b;\n};\nint c[] = {\n};\n"),
        (b"struct a {\n\tint b;\n};\n", b""),
    ],
    ids=["changed", "added", "removed"],
)
def test_a_change_without_a_site_is_not_accepted(old: bytes, new: bytes) -> None:
    text = TEXT + b"struct a {\n\tint b;\n};\nvoid i(void)\n{\n\tdma_fence_signal(l);\n}\n"
    spatch = Spatch()

    def careless(given: bytes, rules: Sequence[Rule]) -> Rewritten:
        done = spatch(given, rules)
        return Rewritten(done.text.replace(old, new), done.output, "")

    outcome = transform(text, RULES, (), careless, census, no_thread, accept_all)
    assert outcome.text == text
    assert set(outcome.unreached) == {0, 1, 2, 3}
    assert "where there is nothing to change" in outcome.unreached[0]


def test_a_refused_rule_runs_alone_without_that_site_and_the_others_may_have_it() -> None:
    why = Refusal("residual_gap", "something stands between")
    outcome, spatch = run(lambda match: why if match.rule == "merge" else None)
    assert spatch.runs == [("merge", "plain"), ("merge",), ("plain",)]
    assert b"dma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f, 0);" in outcome.text
    assert outcome.refusals == {STORE: why, SIGNAL: why}
    assert outcome.merged == {}


def test_what_is_refused_for_good_no_rule_gets() -> None:
    why = Refusal("check_open_coded", "look at it", for_good=True)
    outcome, spatch = run(lambda match: why if match.rule == "merge" else None)
    assert b"dma_fence_set_error(f, -EIO);\n\tdma_fence_signal(f);" in outcome.text
    assert b"dma_fence_signal(k, 0)" in outcome.text
    assert spatch.runs == [("merge", "plain"), ("merge", "plain")]
    assert outcome.refusals[SIGNAL] is why


def test_a_held_site_is_seen_and_not_touched() -> None:
    outcome, _ = run(held=[OTHER])
    assert b"dma_fence_signal(k);" in outcome.text
    assert b"dma_fence_signal(f, -EIO)" in outcome.text
    assert outcome.unreached == {}


def test_everything_refused_leaves_the_text_as_it_was() -> None:
    outcome, _ = run(lambda match: Refusal("residual_gap", match.rule))
    assert outcome.text == TEXT
    assert outcome.refusals[STORE].reason == "merge"
    assert outcome.matches == ()


def test_a_reason_is_kept_though_a_rule_that_was_just_not_meant_came_first() -> None:
    outcome, _ = run(lambda match: Refusal("", "") if match.rule == "merge" else Refusal("side_effect", "f++"))
    assert outcome.refusals[SIGNAL] == Refusal("side_effect", "f++")
    outcome, _ = run(lambda match: Refusal("side_effect", "f++") if match.rule == "merge" else Refusal("", ""))
    assert outcome.refusals[SIGNAL] == Refusal("side_effect", "f++")


def test_the_last_word_is_what_was_refused_for_good() -> None:
    last = Refusal("check_open_coded", "look", for_good=True)
    outcome, _ = run(lambda match: Refusal("residual_gap", "first") if match.rule == "merge" else last)
    assert outcome.refusals[SIGNAL] is last


def test_without_a_rule_the_probe_runs_all_the_same() -> None:
    outcome, spatch = run(rules=())
    assert spatch.runs == [()]
    assert (outcome.text, outcome.unreached) == (TEXT, {})


def everything_is_unreached(outcome: Outcome, reason: str, text: bytes = TEXT) -> bool:
    return (
        outcome.text == text
        and outcome.matches == ()
        and outcome.merged == {}
        and set(outcome.unreached) == {STORE, SIGNAL, OTHER}
        and all(reason in said for said in outcome.unreached.values())
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda done: Rewritten(done.text, done.output, "spatch took longer than 1 s"), "longer than 1 s"),
        (lambda done: Rewritten(done.text, done.output[:-9], ""), "garbled"),
        (lambda done: Rewritten(done.text + b"void q(void) { dma_fence_signal(q, 0); }\n", done.output, ""), "3 calls"),
        (lambda done: Rewritten(done.text.replace(b"dma_fence_signal(k, 0);", b""), done.output, ""), "1 calls"),
        (lambda done: Rewritten(b"", done.output, ""), "0 calls"),
    ],
)
def test_what_does_not_fit_together_leaves_the_file_alone(
    change: Callable[[Rewritten], Rewritten], reason: str
) -> None:
    spatch = Spatch()
    outcome = transform(TEXT, RULES, (), lambda text, rules: change(spatch(text, rules)), census, no_thread, accept_all)
    assert everything_is_unreached(outcome, reason)


def test_no_site_is_rewritten_without_a_report() -> None:
    """As when a line of the output was lost: the text is changed, and no match says so."""

    def rewrite(text: bytes, rules: Sequence[Rule]) -> Rewritten:
        done = Spatch()(text, rules)
        lines = [line for line in done.output.splitlines(True) if b'"plain"' not in line]
        return Rewritten(done.text, b"".join(lines), "")

    outcome = transform(TEXT, RULES, (), rewrite, census, no_thread, accept_all)
    assert everything_is_unreached(outcome, "no rule reported it")


def test_what_the_probe_did_not_see_is_unreached_and_the_rest_is_converted() -> None:
    """spatch skips what it cannot parse: it neither reports nor rewrites it."""

    def rewrite(text: bytes, rules: Sequence[Rule]) -> Rewritten:
        start = text.index(b"void h")
        done = Spatch()(text[:start], rules)
        return Rewritten(done.text + text[start:], done.output, "")

    outcome = transform(TEXT, RULES, (), rewrite, census, no_thread, accept_all)
    assert set(outcome.unreached) == {OTHER}
    assert b"dma_fence_signal(f, -EIO)" in outcome.text and b"dma_fence_signal(k);" in outcome.text


def test_a_rule_that_ignores_a_refusal_does_not_run_for_ever() -> None:
    """A store by hand cannot be held: a rule that only reports one would match it again and again."""
    text = b"void g(void)\n{\n\tf->error = 1;\n}\n"
    said: dict[str, object] = {"verdict": None, "reason": None, "values": {}}
    output = b"".join(
        b"@fencemig " + json.dumps({"rule": name, **said, "places": {"site": [["g", 3, 4]]}}).encode() + b"\n"
        for name in ("probe", "stubborn")
    )
    outcome = transform(
        text,
        [rule("stubborn")],
        (),
        lambda given, rules: Rewritten(given, output, ""),
        census,
        no_thread,
        lambda match: Refusal("row", "no", for_good=True),
    )
    assert outcome.text == text
    assert "stubborn" in outcome.unreached[0]


def test_masks_never_stay_in_the_text() -> None:
    text = TEXT + b"#define X(f) dma_fence_signal(f)\n#if A\nvoid i(void) { }\n#else\nvoid i(void) { }\n#endif\n"
    spatch = Spatch()
    outcome = transform(text, RULES, [OTHER], spatch, census, no_thread, lambda match: Refusal("residual_gap", "no"))
    assert outcome.text == text


AWKWARD = b"""// SPDX-License-Identifier: GPL-2.0-only
/* gr\xfc\xdfe */
#define QUIT(f) do { \\
	dma_fence_signal(f /* :-) */); \\
} while (0)

static void tabs(struct dma_fence *f, struct dma_fence *g)
{
	/* \xe4 */	dma_fence_signal(f);	dma_fence_signal(g);
}

#ifdef CONFIG_A
static void twin(struct dma_fence *f)
{
	dma_fence_signal(f);
}
#else
static void twin(struct dma_fence *f)
{
	dma_fence_set_error(f, -EIO);
	dma_fence_signal(
		f);
}
#endif
"""


def surveyed(text: bytes, folder: Path) -> Survey:
    """A tree of this one driver through the whole pipeline, spatch included."""
    shutil.copytree(ROOT / "kernel_fixtures/tree/void/include", folder / "include")
    for name in ("MAINTAINERS", "Kbuild"):
        shutil.copy(ROOT / "kernel_fixtures/tree/void" / name, folder)
    driver = folder / "drivers/gpu/drm/plover"
    driver.mkdir(parents=True)
    (driver / "driver.c").write_bytes(text)
    tree = open_tree(folder, None)
    return survey(Request(tree, MIGRATION, find_spatch(), ("drivers",), 1, 60, lambda *_: None))


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_awkward_places_are_reached_where_the_census_says(end: bytes, tmp_path: Path) -> None:
    found = surveyed(AWKWARD.replace(b"\n", end), tmp_path)
    judged = [
        (site.function, site.callee, site.verdict.value, site.rule, site.after and site.after.replace(" ", ""))
        for site in found.sites
    ]
    signal, plain = "dma_fence_signal", ("convert", "plain")
    assert judged == [
        (None, signal, "manual", "address_taken", None),
        ("tabs", signal, *plain, "dma_fence_signal(f,0)"),
        ("tabs", signal, *plain, "dma_fence_signal(g,0)"),
        ("twin", signal, *plain, "dma_fence_signal(f,0)"),
        ("twin", "dma_fence_set_error", "convert", "merge_adjacent", None),
        ("twin", signal, "convert", "merge_adjacent", "dma_fence_signal(f,-EIO)"),
    ]
    (change,) = found.changes
    assert b"__fencemig" not in change.after
    assert b"gr\xfc\xdfe" in change.after and b"dma_fence_signal(f /* :-) */);" in change.after


@pytest.mark.parametrize(
    "statement",
    [
        b"unknown_loop(a, b; c)\n\t\tdma_fence_signal(f);",
        b"for_each_thing\n\t\tdma_fence_signal(f);",
        b"if (a { dma_fence_signal(f);",
    ],
)
def test_what_spatch_cannot_parse_is_never_silent(statement: bytes, tmp_path: Path) -> None:
    text = (
        b"void g(struct dma_fence *f)\n{\n\t"
        + statement
        + b"\n}\n\nvoid h(struct dma_fence *f)\n{\n\tdma_fence_signal(f);\n}\n"
    )
    found = surveyed(text, tmp_path)
    assert len(found.sites) == text.count(b"dma_fence_signal")
    for site in found.sites:
        assert (site.after is not None) == (site.verdict is Verdict.CONVERT)
        assert site.reason or site.verdict is Verdict.CONVERT
    if set(verdicts(found)) != {Verdict.CONVERT}:
        assert Verdict.UNREACHED in verdicts(found)  # which makes the exit status 3


def verdicts(found: Survey) -> list[Verdict]:
    return [site.verdict for site in found.sites]
