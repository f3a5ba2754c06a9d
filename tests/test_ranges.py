# SPDX-License-Identifier: GPL-2.0-only
"""The series before this one: what a person wrote in its cover letter, and what git says changed since."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import KernelTree
from helpers import add, commit, git, snapshot
from plans import HOST1X, IIO, PLOVER, mails, opened, patch, plan, two, write

from fencemig.errors import UserError
from fencemig.model import Mail, Series
from fencemig.system.commits import committed
from fencemig.system.ranges import range_diff, read_earlier

ID = "20260101-lamps-0123456789ab"
LOG_2 = "Changes in v2:\n- Lamps say why (1):\n  the hall's, too.\n\n- Rebased"
LOG_3 = "Changes in v3:\n- Spelling, by Bj\u00f6rn"


def _differs(tree: Path, series: Series, folder: Path) -> str:
    with committed(opened(tree), series) as commits:
        return range_diff(commits, read_earlier(folder))


def _pairs(text: str) -> list[str]:
    """The lines of a range-diff that pair patches: "old sign new subject"."""
    return [f"{old} {sign} {new} {subject}" for old, sign, new, subject in re.findall(_PAIR, text, re.MULTILINE)]


_PAIR = r"^ *(\d+|-): +[0-9a-f-]{12} ([=!<>]) +(\d+|-): +[0-9a-f-]{12} (.*)$"


def test_what_was_written_is_read(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    series = two(tree)
    folder = write(tree, series, tmp_path / "out", Mail(version=12, change_id=ID, changelog=f"{LOG_3}\n\n{LOG_2}"))
    earlier = read_earlier(folder)
    assert (earlier.base, earlier.version, earlier.change_id) == (series.base, 12, ID)
    assert earlier.changelog == f"{LOG_3}\n\n{LOG_2}"
    assert earlier.patches == tuple(mails(folder)[1:])
    assert earlier.prerequisites == ()


def test_a_first_version_has_no_changelog(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    earlier = read_earlier(write(tree, two(tree), tmp_path / "out"))
    assert (earlier.version, earlier.change_id, earlier.changelog) == (1, "", "")


@pytest.mark.parametrize("place", ["\n\nTest Person (2):\n", "\n\nbase-commit: ", "\n-- \n"])
@pytest.mark.parametrize("around", ["\n\n{}", "\n\n---\n{}", "\r\n\r\n{}\r\n", "\n\n{}\n---"])
def test_what_a_person_wrote_is_found_wherever_it_stands(
    place: str, around: str, kernel_tree: KernelTree, tmp_path: Path
) -> None:
    tree = kernel_tree()
    cover = mails(write(tree, two(tree), tmp_path / "out", Mail(version=3)))[0]
    written = around.format(f"{LOG_3}\n\n{LOG_2}")
    cover.write_bytes(cover.read_bytes().replace(place.encode(), f"{written}{place}".encode()))
    assert read_earlier(cover.parent).changelog == f"{LOG_3}\n\n{LOG_2}"


def test_blanks_behind_a_heading_lose_nothing_of_a_changelog(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    written = f"Changes in v3: \n- Spelling\n\n{LOG_2.replace('v2:', 'v2: ')}"
    folder = write(tree, two(tree), tmp_path / "out", Mail(version=3, changelog=written))
    assert read_earlier(folder).changelog == written


def test_the_changelog_survives_a_range_diff_below_it(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    first = read_earlier(write(tree, two(tree), tmp_path / "v1"))
    folder = write(tree, two(tree), tmp_path / "v2", Mail(version=2, changelog=LOG_2), first)
    cover = mails(folder)[0].read_text()
    assert cover.index(LOG_2) < cover.index("Range-diff against v1:\n1:  ") < cover.index("Test Person (2):\n")
    assert read_earlier(folder).changelog == LOG_2


def test_nothing_changed_but_the_base(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    folder = write(tree, two(tree), tmp_path / "out")
    add(tree, "drivers/new.c", "int x;\n")
    add(tree, HOST1X, "/* moved */\n" + (tree / HOST1X).read_text())
    commit(tree, "lamp: Move")
    pairs = ["1 = 1 gpu: host1x: Say why", "2 = 2 drm/plover: Say why"]
    assert _pairs(_differs(tree, two(tree), folder)) == pairs


def test_a_changed_a_new_and_a_dropped_patch(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    folder = write(tree, two(tree), tmp_path / "out", Mail(version=4))
    changed = patch(tree, PLOVER, "drm/plover: Say why", "/* other lamp */", body="Lamps go out.\n\nThey say why.")
    lines = "\n".join(f"int hall_{number};" for number in range(30))
    text = _differs(tree, plan(tree, changed, patch(tree, IIO, "iio: Blink", lines, body="Blink.")), folder)
    assert text.startswith("Range-diff against v4:\n")
    assert _pairs(text) == ["1 < - gpu: host1x: Say why", "2 ! 1 drm/plover: Say why", "- > 2 iio: Blink"]
    for line in (
        "    -    They should say why.",
        "    +    They say why.",
        "    -+/* lamp */",
        "    ++/* other lamp */",
    ):
        assert f"\n{line}\n" in text
    assert "Notes" not in _differs(tree, plan(tree, replace(changed, notes="look here")), folder)


def test_the_same_bytes_twice_and_nothing_of_the_user_touched(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    folder = write(tree, two(tree), tmp_path / "out")
    series = plan(tree, patch(tree, HOST1X, "gpu: host1x: Say why", "/* other */"))
    before = snapshot(tree)
    assert _differs(tree, series, folder) == _differs(tree, series, folder)
    assert snapshot(tree) == before


def test_new_removed_odd_and_foreign_files(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    odd = 'drivers/odd "name" [x]*\u00e9.c'
    add(tree, odd, b"/* Bj\xf6rn */\r\nint x;\r\n")
    commit(tree, "lamp: Odd")
    series = plan(
        tree,
        patch(tree, odd, "lamp: Odd line", "int y;\r"),
        patch(tree, "drivers/new.c", "lamp: New", author="Bj\u00f6rn Example <bjorn@example.org> 0 +0000"),
        patch(tree, HOST1X, "gpu: host1x: [RFC] Say why", body="From here on."),
    )
    folder = write(tree, series, tmp_path / "out")
    assert [pair.split(" ", 3)[1] for pair in _pairs(_differs(tree, series, folder))] == ["=", "=", "="]


def test_an_earlier_series_may_build_on_others_beside_it(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    core, plover = two(tree).patches
    write(tree, plan(tree, core), tmp_path / "out/core")
    after = replace(core.changes[0], before=core.changes[0].after, after=core.changes[0].after + b"/* last */\n")
    final = replace(core, subject="gpu: host1x: Last", changes=(after,))
    series = plan(tree, final, plover, prerequisites=(core,))
    folder = write(tree, series, tmp_path / "out/final")
    pairs = ["1 = 1 gpu: host1x: Last", "2 = 2 drm/plover: Say why"]
    assert _pairs(_differs(tree, series, folder)) == pairs
    for path in mails(tmp_path / "out/core"):
        path.unlink()
    with pytest.raises(UserError, match="which it builds on"):
        _differs(tree, series, folder)


def test_a_base_that_is_not_there(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    folder = write(tree, two(tree), tmp_path / "out")
    cover = mails(folder)[0]
    cover.write_text(cover.read_text().replace(two(tree).base, "1" * 40))
    with pytest.raises(UserError, match=r"has no 111111111111, the base of .*: fetch it"):
        _differs(tree, two(tree), folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"+/* lamp */\n", b"", "no patch"),
        (b"\n \n", b"\n no such line\n", "does not apply"),
        (b"diff --git", b"nothing", "no patch"),
    ],
)
def test_a_patch_that_was_spoilt(old: bytes, new: bytes, said: str, kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    folder = write(tree, two(tree), tmp_path / "out")
    spoilt = mails(folder)[1]
    text = spoilt.read_bytes()
    assert old in text
    spoilt.write_bytes(text.replace(old, new) if new != b"nothing" else text.split(old)[0])
    with pytest.raises(UserError, match=f"0001-.*{said}"):
        _differs(tree, two(tree), folder)


@pytest.mark.parametrize("lack", ["folder", "cover", "patches", "base", "second"])
def test_what_is_no_series_is_refused(lack: str, kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    cover, *patches = mails(write(tree, two(tree), tmp_path / "out"))
    match lack:
        case "cover":
            cover.unlink()
        case "patches":
            for path in patches:
                path.unlink()
        case "base":
            cover.write_text(cover.read_text().replace("base-commit", "base"))
        case "second":
            (cover.parent / "v2-0000-cover-letter.patch").write_text("x")
    with pytest.raises(UserError, match=r"/(out|none)"):
        read_earlier(tmp_path / ("none" if lack == "folder" else "out"))


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nx\n--x--\n"])
def test_bytes_that_are_no_cover_letter_are_refused(text: bytes, kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    cover, *_ = mails(write(tree, two(tree), tmp_path / "out"))
    cover.write_bytes(text)
    with pytest.raises(UserError, match="0000-cover-letter"):
        read_earlier(cover.parent)


def test_a_reader_of_commits_finds_no_trace(kernel_tree: KernelTree, tmp_path: Path) -> None:
    """What was rebuilt is in the scratch repository alone: a branch made afterwards has only the series."""
    tree = kernel_tree()
    series = two(tree)
    earlier = read_earlier(write(tree, series, tmp_path / "out"))
    with committed(opened(tree), series) as commits:
        range_diff(commits, earlier)
        commits.create_branch("lamps")
    assert git(tree, "rev-list", "--count", "--all") == "3"
    assert "dangling" not in git(tree, "fsck", "--no-reflogs")
