# SPDX-License-Identifier: GPL-2.0-only
"""Output folders are read back as they were written, and what is none is refused."""

import json
import os
from pathlib import Path

import pytest
from helpers import add, commit, git
from hypothesis import given, settings
from hypothesis import strategies as st

from fencemig.errors import UserError
from fencemig.ledger import Ledger, as_json, from_json
from fencemig.model import Change, Site
from fencemig.sent import FileDiff, read_diff
from fencemig.system import scratch
from fencemig.system.folder import read_folder

LEDGER = as_json(Ledger("1.1.1", "7.3.4", "void", "0" * 40, ("drivers",), ()))


def applied(diff: FileDiff, text: bytes) -> bytes:
    """The text with the hunks applied, each at the first place that fits after the one before."""
    done = b""
    for hunk in diff.hunks:
        before, found, text = text.partition(hunk.before)
        assert found
        done += before + hunk.after
    return done + text


@given(st.builds(Ledger, sites=st.lists(st.builds(Site)).map(tuple)))
def test_a_ledger_is_read_back_as_it_was(ledger: Ledger) -> None:
    assert from_json(as_json(ledger).encode()) == ledger
    later = json.loads(as_json(ledger))
    later["tree"]["later"] = later["later"] = 1
    later["sites"] = [site | {"later": None} for site in later["sites"]]
    assert from_json(json.dumps(later).encode()) == ledger


def test_a_ledger_keeps_paths_that_are_no_utf8() -> None:
    ledger = Ledger("1.1.1", None, "void", None, (os.fsdecode(b"drivers/caf\xe9"),), ())
    assert from_json(as_json(ledger).encode()) == ledger


LINES = st.lists(
    st.sampled_from([b"", b"a", b"--- b", b"+++ c", b"@@ -1 +1 @@", b"\xe9\r", b"\x0c", b"-- "]), max_size=30
)


@settings(max_examples=30, deadline=None)
@given(LINES, st.lists(st.tuples(st.integers(0, 30), st.binary(max_size=3).map(lambda text: text.replace(b"\n", b"")))))
def test_the_hunks_are_those_of_git(lines: list[bytes], edits: list[tuple[int, bytes]]) -> None:
    unique = [b"%d %s\n" % (number, line) for number, line in enumerate(lines)]  # so that a hunk fits once
    changed = list(unique)
    for place, text in edits:
        changed[place : place + 1] = [text + b"\n"]
    before, after = b"".join(unique), b"".join(changed)
    if before == after or not before:
        return
    (diff,) = read_diff(scratch.diff([Change("drivers/a.c", before, after)]))
    assert diff.path == "drivers/a.c"
    assert applied(diff, before) == after


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return an output folder without patches."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/ledger.json").write_text(LEDGER)
    return tmp_path / "out"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with files of all kinds."""
    add(tmp_path / "tree", "a b.c", "one\ntwo\n")
    add(tmp_path / "tree", "gone.c", "one\n")
    add(tmp_path / "tree", "dos.c", b"one\r\ntwo\r\n")
    add(tmp_path / "tree", "latin.c", b"\xe9\n")
    add(tmp_path / "tree", 'quo"te\u00e9.c', "one")
    commit(tmp_path / "tree")
    return tmp_path / "tree"


def test_files_of_all_kinds(repository: Path, out: Path) -> None:
    (repository / "gone.c").unlink()
    add(repository, "new.c", "new\n")
    add(repository, "a b.c", "one\ntwo\nthree\n")
    add(repository, "dos.c", b"one\r\n2\r\n")
    add(repository, "latin.c", b"\xe8\n")
    add(repository, 'quo"te\u00e9.c', "one\n")
    commit(repository, "drm/finch: Change a subject that is so long that a mail folds it, caf\u00e9 included")
    git(repository, "format-patch", "-v2", "-1", "-o", str(out))
    (patch,) = read_folder(out).patches
    assert patch.subject == "drm/finch: Change a subject that is so long that a mail folds it, caf\u00e9 included"
    assert {file.path: (file.removed, file.added) for file in patch.files} == {
        "a b.c": (b"", b"three\n"),
        "gone.c": (b"one\n", b""),
        "new.c": (b"", b"new\n"),
        "dos.c": (b"two\r\n", b"2\r\n"),
        "latin.c": (b"\xe9\n", b"\xe8\n"),
        'quo"te\u00e9.c': (b"one\n", b"one\n"),  # that its last line was not ended is not told
    }
    assert patch.files[0].hunks[0].before == b"one\ntwo\n"
    assert read_folder(out).version == 2


def series(repository: Path, folder: Path, *names: str) -> None:
    """Write a series with a patch for each name into a folder."""
    for name in names:
        add(repository, f"{name}.c", "new\n")
        commit(repository, f"{name}: Begin")
    git(repository, "format-patch", "--cover-letter", f"-{len(names)}", "-o", str(folder))


def test_series_in_folders_are_in_the_order_in_which_they_apply(repository: Path, out: Path) -> None:
    series(repository, out / "core", "core")
    series(repository, out / "zeta", "zeta", "eta")
    series(repository, out / "amd", "amd")
    series(repository, out / "final", "last")
    (out / "notes").mkdir()
    sent = read_folder(out)
    assert sent.series == ("core", "amd", "zeta", "final")
    assert [patch.file for patch in sent.patches] == [
        "core/0001-core-Begin.patch",
        "amd/0001-amd-Begin.patch",
        "zeta/0001-zeta-Begin.patch",
        "zeta/0002-eta-Begin.patch",
        "final/0001-last-Begin.patch",
    ]
    assert (sent.version, sent.ledger.commit) == (1, "0" * 40)


def test_what_is_no_output_folder_is_refused(tmp_path: Path, out: Path) -> None:
    for folder in (tmp_path / "none", tmp_path):
        with pytest.raises(UserError, match="no output folder"):
            read_folder(folder)
    with pytest.raises(UserError, match="it has no patches"):
        read_folder(out)


def test_one_of_several_series_is_refused(repository: Path, out: Path) -> None:
    series(repository, out / "core", "core")
    (out / "core/ledger.json").write_text(LEDGER)
    with pytest.raises(UserError, match="name the folder above"):
        read_folder(out / "core")
    assert len(read_folder(out).patches) == 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: "{", "is damaged"),
        (lambda data: "[]", "is damaged"),
        (lambda data: json.dumps(data | {"schema": 99}), "schema 99"),
        (lambda data: json.dumps({name: value for name, value in data.items() if name != "sites"}), "no 'sites'"),
        (lambda data: json.dumps(data | {"sites": [{"id": 1}]}), "no 'verdict'"),
        (lambda data: json.dumps(data | {"tree": data["tree"] | {"commit": 7}}), "commit is 7"),
        (lambda data: "\udcff", "is damaged"),
    ],
)  # fmt: skip
def test_a_damaged_ledger_is_refused(repository: Path, out: Path, damage: object, said: str) -> None:
    series(repository, out, "one")
    assert callable(damage)
    (out / "ledger.json").write_text(damage(json.loads(LEDGER)), errors="surrogateescape")
    with pytest.raises(UserError, match=said) as refusal:
        read_folder(out)
    assert str(out / "ledger.json") in str(refusal.value)


def test_a_damaged_mail_is_refused(repository: Path, out: Path) -> None:
    series(repository, out, "one")
    mail = out / "0001-one-Begin.patch"
    whole = mail.read_text()
    for text in (whole[: whole.index("+new")], whole[: whole.index("diff --git")], ""):
        mail.write_text(text)
        with pytest.raises(UserError, match=r"0001-one-Begin\.patch is damaged"):
            read_folder(out)


def test_versions_are_not_mixed(repository: Path, out: Path) -> None:
    series(repository, out, "one")
    git(repository, "format-patch", "-v2", "-1", "-o", str(out))
    with pytest.raises(UserError, match="several versions"):
        read_folder(out)
