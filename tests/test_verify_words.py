# SPDX-License-Identifier: GPL-2.0-only
"""A proof, read back: what a cover letter may say of it, and when it is about another series."""

from dataclasses import replace
from pathlib import Path

import pytest

from fencemig.errors import UserError
from fencemig.model import Change, Patch, Subsystem
from fencemig.system.results import read_results, save
from fencemig.verify.content import content_of, refuse_other
from fencemig.verify.model import Check, Level, Proved, Report, as_json
from fencemig.verify.recorded import from_json
from fencemig.verify.words import testing_words as words

BASE = "0123456789abcdef0123456789abcdef01234567"
PATCHES = tuple(
    Patch(Subsystem("FINCH", "finch:"), f"finch: Sing {n}", "", (Change("finch.c", b"", f"{n}\n".encode()),))
    for n in range(2)
)
PROVED = tuple(
    Proved(f"000{n}.patch", patch.subject, content_of((change.path, change.after) for change in patch.changes))
    for n, patch in enumerate(PATCHES, 1)
)
CHECKS = (
    Check(Level.APPLY, "git am", 1),
    Check(Level.STYLE, "checkpatch.pl", 1),
    Check(
        Level.SYNTAX, "base", unproved=("exotic.c: not compiled", "odd.c: not compiled"), counts={"x86": 54, "arm64": 2}
    ),
    Check(Level.SYNTAX, "parser", 1),
    Check(Level.BUILD, "compiler and sparse", 1),
    Check(Level.KUNIT, "UML, the base"),
    Check(
        Level.KUNIT,
        "finch*",
        looked_at=8,
        counts={"before": 5, "run": 7, "passed": 7, "failed": 0, "skipped": 1},
    ),
)
WHOLE = Report(BASE, Level.KUNIT, PROVED, CHECKS)


def upto(level: Level) -> Report:
    return replace(WHOLE, level=level, checks=tuple(one for one in CHECKS if one.level in level.upto()))


def test_all_that_was_proved_is_said_and_what_was_not() -> None:
    tested, untested = words(WHOLE).split("\n\n")
    for said in ("2 patches", "git am", "checkpatch.pl", "54 objects for x86", "2 objects for arm64", "sparse"):
        assert said in tested
    assert "finch* 7 of 7 tests passed, 1 skipped (5 before)" in tested
    assert untested.startswith("Not tested: ")
    for said in ("no driver was run", "exotic.c, odd.c: not compiled."):
        assert said in untested


@pytest.mark.parametrize(
    ("level", "claimed", "missing"),
    [
        (Level.APPLY, "git am", "nothing was compiled"),
        (Level.STYLE, "checkpatch.pl", "nothing was compiled"),
        (Level.SYNTAX, "parsed", "no object was built"),
        (Level.BUILD, "W=1", "nothing was run"),
    ],
)
def test_a_lower_level_claims_less(level: Level, claimed: str, missing: str) -> None:
    tested, untested = words(upto(level)).split("\n\n")
    assert claimed in tested
    assert missing in untested
    assert "tests passed" not in tested
    beyond = {"checkpatch.pl": Level.STYLE, "parsed": Level.SYNTAX, "W=1": Level.BUILD}
    for said, needed in beyond.items():
        assert needed in level.upto() or said not in tested


def test_a_script_that_the_tree_does_not_have_proved_nothing() -> None:
    texts = Check(Level.STYLE, "texts", unproved=("the tree has no scripts/kernel-doc",))
    tested, untested = words(replace(upto(Level.STYLE), checks=(*upto(Level.STYLE).checks, texts))).split("\n\n")
    assert "kernel-doc" not in tested
    assert "checkpatch.pl --strict finds nothing that the base does not have." in tested
    assert untested.endswith("The tree has no scripts/kernel-doc.")
    none = replace(texts, unproved=(*texts.unproved, "the tree has no scripts/checkpatch.pl"))
    tested, _ = words(replace(upto(Level.STYLE), checks=(none,))).split("\n\n")
    assert "checkpatch" not in tested


def test_a_report_is_read_back(tmp_path: Path) -> None:
    assert from_json(as_json(WHOLE)) == WHOLE
    save(WHOLE, tmp_path)
    assert read_results(tmp_path) == WHOLE


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 1}', '{"schema": 99}', '{"schema": 1, "base": 3}', "\xff"]
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "verify.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError, match=r"verify\.json.*run fencemig verify"):
        read_results(tmp_path)


def test_a_folder_without_a_proof_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="run fencemig verify"):
        read_results(tmp_path)


def test_the_same_series_is_accepted_whatever_its_mails_say() -> None:
    refuse_other(WHOLE, BASE, [replace(patch, subject="finch: Whistle", notes="-v 2") for patch in PATCHES])


@pytest.mark.parametrize(
    ("base", "patches", "why"),
    [
        ("f" * 40, PATCHES, "ffffffffffff"),
        (BASE, PATCHES[:1], "2 patches, and these are 1"),
        (BASE, PATCHES[::-1], "another series"),
        (BASE, (PATCHES[0], replace(PATCHES[1], changes=(Change("finch.c", b"", b"else\n"),))), "another series"),
        (BASE, (PATCHES[0], replace(PATCHES[1], changes=(Change("wren.c", b"", b"1\n"),))), "another series"),
    ],
)
def test_another_series_is_refused(base: str, patches: tuple[Patch, ...], why: str) -> None:
    with pytest.raises(UserError, match=why):
        refuse_other(WHOLE, base, patches)


def test_a_series_that_failed_is_refused() -> None:
    failed = replace(WHOLE, checks=(*CHECKS, Check(Level.BUILD, "compiler", 1, ("wren.c does not compile",))))
    with pytest.raises(UserError, match=r"wren\.c does not compile"):
        refuse_other(failed, BASE, PATCHES)


def test_the_content_is_of_names_and_bytes_in_any_order() -> None:
    one, other = ("a", b"1"), ("b", b"2")
    assert content_of([one, other]) == content_of([other, one])
    assert len({content_of(files) for files in ([one], [("a", b"2")], [("a", None)], [("b", b"1")], [])}) == 5
