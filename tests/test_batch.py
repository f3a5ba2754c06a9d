# SPDX-License-Identifier: GPL-2.0-only
"""Several texts through one spatch: each becomes what it becomes alone, or is left to be asked alone.

So it is with the parts of a file that spatch is shown, and what it becomes whole.
"""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import PROJECT, put_tool

from fencemig.migration import load_migration
from fencemig.model import Rewritten
from fencemig.pipeline import Request, survey
from fencemig.smpl import Words
from fencemig.system import batch
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import Spatch, find_spatch

MIGRATION = load_migration(PROJECT / "semantic_patches/dma_fence_signal")

SMPL = """
@initialize:python@
@@
def report(rule, verdict=None, **places):
    print(rule, [(place.current_element, place.line) for found in places.values() for place in found])

@first@
position p;
@@
-foo@p(
+bar(
 ...)

@script:python@
p << first.p;
@@
report("first", verdict="convert", p=p)

@second@
position p;
identifier f;
@@
 f(...) { <+... bar@p(...) ...+> }

@script:python@
p << second.p;
f << second.f;
@@
if f == "fails":
    raise ValueError("no")
report("second", p=p)
"""


def calling(name: str, callee: str = "foo") -> bytes:
    """A text with one function."""
    return f"void {name}(void)\n{{\n\t{callee}(1);\n}}\n".encode()


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    """A semantic patch whose reports tell two stages of a text; it fails on a function of the name "fails"."""
    path = tmp_path / "rule.cocci"
    path.write_text(SMPL)
    return path


def spatch() -> Spatch:
    """The real one, which has to do everything."""
    return replace(find_spatch(), cache=None)


def test_each_text_becomes_what_it_becomes_alone(rule: Path) -> None:
    texts = [
        calling("wren"),
        calling("finch"),
        b"int foo;\n",
        calling("wren"),
        calling("siskin", "other") + b"// foo\n",
    ]
    together = spatch().rewrite_together(texts, rule, None, 60)
    assert together == [spatch().rewrite(text, rule, None, 60) for text in texts]
    assert together[0] == Rewritten(calling("wren", "bar"), b"first [('wren', '3')]\nsecond [('wren', '3')]\n", "")
    assert together[2] == Rewritten(texts[2], b"", "")


def test_a_text_without_the_words_of_a_semantic_patch_is_left(rule: Path) -> None:
    assert spatch().rewrite_together([b"int a;\n", b""], rule, None, 60) == [None, None]


@pytest.mark.parametrize("newer", [False, True], ids=["1.1.1", "1.3"])
def test_a_text_that_makes_spatch_fail_costs_no_other_one(
    newer: bool, rule: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if newer:
        monkeypatch.setenv("PATH", f"{request.getfixturevalue('spatch_1_3')}:{os.environ['PATH']}")
    texts = [calling("wren"), calling("fails"), calling("finch")]
    first, second, third = spatch().rewrite_together(texts, rule, None, 60)
    assert second is None
    assert first == spatch().rewrite(texts[0], rule, None, 60)
    assert third == spatch().rewrite(texts[2], rule, None, 60)


@pytest.mark.parametrize(
    "then",
    [
        "exit 1",
        "kill -9 $$",
        "sleep 30",
        "echo '{}'",  # a report of no file
        "echo '@file '; echo '{}'",
        "echo 'EXN: Stack_overflow' >&2",  # a failure of no file
        "echo 'HANDLING: texts/000000.c' >&2; rm texts/000000.c",
        "true",  # it handled none
    ],
)
def test_when_anything_is_odd_all_are_left(
    then: str, rule: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 'case "$*" in *--version*) echo spatch version 1.1.1; exit;; esac\n'
    handled = "" if then == "true" or "rm " in then else "echo 'HANDLING: texts/000000.c' >&2\n"
    monkeypatch.setenv("PATH", put_tool(tmp_path / "bin", "spatch", told + handled + then))
    assert spatch().rewrite_together([calling("wren")], rule, None, 0.5) == [None]


def test_what_spatch_says_of_each_file() -> None:
    said = b"init_defs: x\nHANDLING: texts/000000.c\nwarning: HANDLING: texts/000009.c\nHANDLING: texts/000012.c\n"
    assert batch.done(said) == {0, 12}
    assert batch.done(said + b'EXN: Failure("x in y") in texts/000012.c\n') == {0}
    assert batch.done(said + b"EXN: Out of memory\n") == set()
    assert batch.done(b"") == set()


def test_reports_belong_to_the_file_that_was_told_last() -> None:
    copy = b"@file /tmp/cocci_small_output-1-ab-000001.c\n"
    assert batch.reports(b"@file texts/000000.c\na\n" + copy + b"b\n@file texts/000000.c\nc\n") == {
        0: b"a\nc\n",
        1: b"b\n",
    }
    assert batch.reports(b"") == {}
    assert batch.reports(b"a\n") is None
    assert batch.reports(b"@file elsewhere.c\na\n") is None


# --- all that is asked in a survey: cut, together, and without idle isomorphisms ------------------------------------


def _reports(rewritten: Rewritten) -> list[bytes]:
    """What was reported; the probes are numbered by the rules, and spatch reports matches in any order."""
    return sorted(re.sub(rb'"probe_\d+"', b'"probe"', rewritten.output).splitlines())


def _compared(tree: Path, patches: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Survey a tree, then ask everything again with whole files alone; return how much that was."""
    keep, asked = Spatch.keep, []

    def kept(
        self: Spatch, text: bytes, rule: Path, macros: Path | None, words: Words | None, answer: Rewritten
    ) -> None:
        asked.append((text, shutil.copy(rule, patches), macros, answer))
        keep(self, text, rule, macros, words, answer)

    monkeypatch.setattr(Spatch, "keep", kept)
    survey(Request(open_tree(tree, None), MIGRATION, find_spatch(), (".",), 2, 60, lambda *_: None))
    monkeypatch.undo()
    monkeypatch.setattr("fencemig.system.spatch.idle", lambda semantic_patch: [])
    with ThreadPoolExecutor(2) as pool:
        plain = pool.map(lambda one: spatch().rewrite(one[0], Path(one[1]), one[2], 60), asked)
        for (*_, answer), wanted in zip(asked, plain, strict=True):
            assert (answer.text, _reports(answer)) == (wanted.text, _reports(wanted))
    return len(asked)


@pytest.mark.usefixtures("own_cache")
def test_7_3_goes_as_whole_files_alone(kernel_7_3: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _compared(kernel_7_3, tmp_path, monkeypatch) > 50


@pytest.mark.usefixtures("own_cache")
def test_6_12_goes_as_whole_files_alone(kernel_6_12: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _compared(kernel_6_12, tmp_path, monkeypatch) > 50
