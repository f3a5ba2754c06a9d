# SPDX-License-Identifier: GPL-2.0-only
"""The questions of `convert -i`: what is asked, what an answer does, and that nothing said is lost."""

import os
import pty
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from helpers import FENCEMIG, add, commit, environment, one_driver
from hypothesis import given
from hypothesis import strategies as st

from fencemig.decisions import Choice, Decision
from fencemig.inert import inert
from fencemig.interactive import Hunks, Screen, go_through, questions
from fencemig.model import Change, Site, Verdict
from fencemig.system import scratch

SIGNAL = Site(
    id="drivers/a.c:f:dma_fence_signal#1",
    path="drivers/a.c",
    line=12,
    column=2,
    function="f",
    callee="dma_fence_signal",
    verdict=Verdict.REVIEW,
    rule="merge_gap",
    before="dma_fence_signal(x)",
    after="dma_fence_signal(x, -EIO)",
    merged_into=None,
    reason="statements stand between",
    subsystem="DRIVER A",
)
STORE = replace(SIGNAL, id="drivers/a.c:f:dma_fence_set_error#1", line=10, before="dma_fence_set_error(x, -EIO)",
                after=None, merged_into=SIGNAL.id)  # fmt: skip
OTHER = replace(SIGNAL, id="drivers/b.c:g:dma_fence_signal#1", path="drivers/b.c", function="g", rule="plain_carried",
                reason="an error may be stored", after="dma_fence_signal(x, 0)")  # fmt: skip
LAST = replace(OTHER, id="drivers/c.c::dma_fence_signal#1", path="drivers/c.c", function=None)
SITES = (
    replace(SIGNAL, id="1", verdict=Verdict.CONVERT),
    STORE,
    SIGNAL,
    replace(SIGNAL, id="2", verdict=Verdict.MANUAL),
    replace(SIGNAL, id="3", decision="accept"),
    OTHER,
    LAST,
)


@dataclass
class Person:
    """Somebody who gives these answers and then leaves."""

    answers: Iterator[str]
    prompts: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    saved: list[Decision] = field(default_factory=list)

    def ask(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        return next(self.answers, None)

    @property
    def screen(self) -> Screen:
        return Screen(self.told.append, self.shown.append, self.ask)


def answered(*answers: str, sites: Sequence[Site] = SITES) -> tuple[Person, tuple[Decision, ...]]:
    person = Person(iter(answers))
    found = go_through(sites, lambda own: f"{len(own)} sites\n", person.screen, person.saved.append)
    return person, found


def test_a_conversion_is_asked_about_once_with_all_that_went_into_it() -> None:
    assert [question.sites for question in questions(SITES)] == [(STORE, SIGNAL), (OTHER,), (LAST,)]


def test_every_answer_is_saved_as_what_it_means() -> None:
    person, found = answered("a", "s", "the firmware  reads it", "h", "later")
    assert found == tuple(person.saved) == (
        Decision(SIGNAL.id, Choice.ACCEPT, "", SIGNAL.before, SIGNAL.after),
        Decision(OTHER.id, Choice.SKIP, "the firmware reads it", OTHER.before),
        Decision(LAST.id, Choice.HOLD, "later", LAST.before),
    )  # fmt: skip


def test_a_question_shows_what_it_is_about() -> None:
    person, _ = answered("n", "n", "n")
    first, _, last = person.told
    for words in ("DRIVER A", "drivers/a.c:12", "f()", "merge_gap", "statements stand between"):
        assert words in first
    assert "outside of a function" in last
    assert person.shown == ["2 sites", "1 sites", "1 sites"]
    assert person.prompts == [
        "(1/3) Accept this conversion [a,s,h,n,q,?]? ",
        "(2/3) Accept this conversion [a,s,h,n,p,q,?]? ",
        "(3/3) Accept this conversion [a,s,h,n,p,q,?]? ",
    ]


@pytest.mark.parametrize("answers", [("a", "q"), ("a",), ("a", "s"), ("a", "h"), ("a", "n", "q")])
def test_who_leaves_keeps_what_was_said_and_decides_nothing_else(answers: tuple[str, ...]) -> None:
    person, found = answered(*answers)
    assert [decision.id for decision in found] == [SIGNAL.id]
    assert person.saved == list(found)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((), "The input ended: nothing was decided."),
        (("s",), "The input ended: nothing was decided."),
        (("n", "a"), "The input ended: 1 of 3 decided."),
    ],
)
def test_an_end_of_the_input_is_told(answers: tuple[str, ...], said: str) -> None:
    person, _ = answered(*answers)
    assert person.told[-1].strip() == said
    assert said not in answered(*answers, "q")[0].told[-1]


def test_one_may_go_back_and_say_otherwise() -> None:
    person, found = answered("a", "p", "s", "not yet", "q")
    assert [decision.choice for decision in person.saved] == [Choice.ACCEPT, Choice.SKIP]
    assert found == (Decision(SIGNAL.id, Choice.SKIP, "not yet", SIGNAL.before),)


@pytest.mark.parametrize("said", ["", " \t", "\x1b[2J", "a\u202eb"])
def test_a_reason_that_is_none_is_asked_for_again(said: str) -> None:
    person, found = answered("s", said, "s", "because", "q")
    assert [decision.reason for decision in found] == ["because"]
    assert "Not decided" in person.told[1] and "\x1b" not in person.told[1]


@pytest.mark.parametrize("answer", ["?", "x", "", "p"])
def test_other_answers_get_help_and_the_question_again(answer: str) -> None:
    person, found = answered(answer, "A", "q")
    assert [decision.choice for decision in found] == [Choice.ACCEPT]
    assert person.prompts[0] == person.prompts[1]
    for letter in "ashnpq?":
        assert f"\n{letter} - " in f"\n{person.told[1]}"


def test_an_interruption_while_asking_loses_nothing() -> None:
    saved: list[Decision] = []
    answers = iter(["a"])

    def ask(prompt: str) -> str:
        for answer in answers:
            return answer
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go_through(SITES, lambda own: "", Screen(lambda text: None, lambda code: None, ask), saved.append)
    assert [decision.id for decision in saved] == [SIGNAL.id]


def test_without_questions_nobody_is_asked() -> None:
    person, found = answered(sites=[site for site in SITES if site.verdict is not Verdict.REVIEW])
    assert (found, person.prompts, person.told, person.shown) == ((), [], [], [])


@given(st.lists(st.sampled_from(["a", "s", "h", "n", "p", "?", "", "because"]), max_size=20))
def test_whatever_is_said_the_last_word_on_each_counts(answers: list[str]) -> None:
    person, found = answered(*answers)
    last = {decision.id: decision for decision in person.saved}
    assert {decision.id: decision for decision in found} == last
    assert all(decision.reason for decision in found if decision.keeps)
    assert len(found) <= 3


@given(st.text())
def test_text_of_others_is_inert_and_plain_text_stays(text: str) -> None:
    shown = inert(text)
    assert all(one.isprintable() or one in "\n\t" for one in shown)
    assert inert(shown) == shown


def test_what_a_source_says_does_not_reach_the_terminal() -> None:
    evil = replace(SIGNAL, reason="\x1b]0;title\x07", path="a\x9b31m.c")
    person = Person(iter(["q"]))
    go_through([evil], lambda own: "+\x1b[31m red\u202e\r\n \tok\n", person.screen, person.saved.append)
    shown = "".join(person.told + person.shown)
    assert "\x1b" not in shown and "\x07" not in shown and "\x9b" not in shown and "\u202e" not in shown
    assert "\\x1b[31m red\\u202e\n \tok" in shown


def test_the_hunks_around_sites_are_those_of_their_lines() -> None:
    before = b"".join(b"line %d\n" % number for number in range(1, 101))
    after = before.replace(b"line 10\n", b"").replace(b"line 12\n", b"LINE 12\n").replace(b"line 90\n", b"LINE 90\n")
    other = Change("drivers/b.c", b"x\n", b"y\n")
    hunks = Hunks(scratch.diff([Change("drivers/a.c", before, after), other]))
    near = hunks.around([STORE, SIGNAL])
    assert near.count("@@ -") == 1 and "-line 10\n" in near and "+LINE 12\n" in near and "LINE 90" not in near
    both = hunks.around([STORE, replace(SIGNAL, line=90)])
    assert both.count("@@ -") == 2 and "+LINE 90\n" in both
    assert hunks.around([replace(SIGNAL, line=50)]) == ""
    assert hunks.around([replace(SIGNAL, path="drivers/c.c")]) == ""


# On a terminal

FINCH = """\
#include <linux/dma-fence.h>

void finch_flip_done(struct dma_fence *f, unsigned int *missed)
{
	dma_fence_set_error(f, -ETIME);
	(*missed)++;
	dma_fence_signal(f);
}
"""
COLUMNS = 60


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = one_driver(tmp_path_factory.mktemp("asked"), with_git=False)
    add(tree, "drivers/gpu/drm/finch/finch_flip.c", FINCH)
    commit(tree)
    return tree


@dataclass(frozen=True)
class Sitting:
    """What stood on a terminal, and what was decided there, "" without a file."""

    screen: str
    decisions: str


def on_terminal(kernel: Path, folder: Path, early: bytes, late: bytes) -> Sitting:
    """`convert -i` by somebody who types the one before there is a question, and the other when there is."""
    command = [FENCEMIG, "convert", "-i", "--output", str(folder / "out"), "drivers/gpu/drm/finch"]
    env = environment({"TERM": "xterm", "COLUMNS": str(COLUMNS), "LC_ALL": "C.UTF-8"})
    ours, theirs = pty.openpty()
    os.write(ours, early)
    with subprocess.Popen(command, cwd=kernel, env=env, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
            if shown.endswith(b"? "):
                os.write(ours, late)
                late = b""
    os.close(ours)
    made = folder / "decisions.toml"
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode()).replace("\r", "")
    return Sitting(text, made.read_text() if made.exists() else "")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


def test_what_was_typed_before_the_question_is_no_answer(kernel: Path, tmp_path: Path) -> None:
    sat = on_terminal(kernel, tmp_path, b"a\n", b"h\nlater\n")
    assert 'decision = "hold"' in sat.decisions and "accept" not in sat.decisions.rpartition("[[site]]")[2]


def test_a_narrow_terminal_breaks_no_word(kernel: Path, tmp_path: Path) -> None:
    sat = on_terminal(kernel, tmp_path, b"", b"q\n")
    assert sat.decisions == ""
    (reason,) = re.findall(r"^merge_gap: [^@]*", sat.screen, re.MULTILINE)
    assert " ".join(reason.split()).endswith("of them should depend on the error being stored")
    assert max(map(len, reason.splitlines())) <= COLUMNS
    assert "+dma_fence_signal(f, -ETIME);" in "".join(sat.screen.split("\t")).splitlines()


@pytest.mark.parametrize("closed", [False, True])
def test_without_anybody_to_answer_it_says_that_nothing_was_decided(kernel: Path, tmp_path: Path, closed: bool) -> None:
    command = ["convert", "-i", "--output", str(tmp_path / "out"), "drivers/gpu/drm/finch"]
    shell = f"exec {FENCEMIG} {' '.join(command)} {'<&-' if closed else '</dev/null'}"
    run = subprocess.run(["sh", "-c", shell], cwd=kernel, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "The input ended: nothing was decided.\n" in run.stderr
    assert not (tmp_path / "decisions.toml").exists()
