# SPDX-License-Identifier: GPL-2.0-only
"""Versions of a series and the heads of its mails, end to end: what a new version tells, and what it keeps."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import Run, add, commit, driver, fencemig, git, refused, small_kernel, snapshot
from plans import HOST1X, mails, read

pytestmark = pytest.mark.xdist_group("versions")

WROTE = "- Finch joined\n\n  It came in between."  # in the cover letter of v2, by hand
DECIDED = "- Rebased; nobody\n  else looked"  # in decisions.toml, for v3


@dataclass(frozen=True)
class Versions:
    """A kernel with three versions of a series for it, of which the second was made twice.

    `out` has a folder and `runs` a run for each of v1, v2 and v3; the first run of v2 is "v2-before".
    """

    tree: Path
    out: Path
    runs: dict[str, Run]

    def cover(self, name: str) -> str:
        return mails(self.out / name)[0].read_text()

    def patches(self, name: str) -> list[Path]:
        return mails(self.out / name)[1:]

    def subjects(self, name: str) -> list[str]:
        return [str(read(mail)["Subject"]) for mail in mails(self.out / name)]


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    folder = tmp_path_factory.mktemp("versions")
    tree, out = small_kernel(folder, with_git=False), folder / "out"
    for quick in ("drivers/accel", "drivers/gpu/drm"):
        shutil.rmtree(tree / quick)
    commit(tree)
    runs = {}

    def convert(name: str, *options: str | Path) -> Run:
        run = fencemig(tree, "convert", "--output", out / name, *options, "drivers")
        assert run.status == 0, run.err
        runs[name] = run
        return run

    convert("v1")
    text = (tree / HOST1X).read_text()
    assert "-ETIMEDOUT" in text
    (tree / HOST1X).write_text(text.replace("-ETIMEDOUT", "-ETIME"))
    add(tree, "drivers/finch/finch.c", driver("\tdma_fence_signal(f);\n"))
    commit(tree, "A finch")
    second = ("-v", "2", "--previous", out / "v1")
    runs["v2-before"] = convert("v2", *second)
    cover = mails(out / "v2")[0]
    head, mark, below = cover.read_text().partition("Range-diff against v1:\n")
    cover.write_text(f"{head}Changes in v2:\n{WROTE}\n\n{mark}{below}")
    convert("v2", *second, "--force")
    (out / "decisions.toml").write_text(f'[changelog]\nv3 = """\n{DECIDED}\n"""\n')
    heads = ("--rfc", "--subject-prefix", "PATCH drm-misc-next", "--in-reply-to", "<v2-0@example.org>", "--signoff")
    convert("v3", "-v", "3", "--previous", out / "v2", *heads)
    return Versions(tree, out, runs)


def change_id(cover: str) -> str:
    (found,) = re.findall(r"^change-id: (\S+)$", cover, re.MULTILINE)
    return str(found)


def test_a_version_is_in_names_and_subjects(versions: Versions) -> None:
    assert all(mail.name.startswith("000") for mail in mails(versions.out / "v1"))
    assert all(mail.name.startswith("v2-000") for mail in mails(versions.out / "v2"))
    assert all(re.match(r"\[PATCH \d/4\] ", subject) for subject in versions.subjects("v1"))
    assert all(re.match(r"\[PATCH v2 \d/5\] ", subject) for subject in versions.subjects("v2"))


def test_the_change_id_stays(versions: Versions) -> None:
    ids = {change_id(versions.cover(name)) for name in ("v1", "v2", "v3")}
    assert len(ids) == 1


def test_the_range_diff_tells_what_stayed_what_changed_and_what_is_new(versions: Versions) -> None:
    assert "Range-diff" not in versions.cover("v1")
    (told,) = re.findall(r"^Range-diff against v1:\n.*?^base-commit: ", versions.cover("v2"), re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^ ?(?:\d+|-):  (?:[0-9a-f]{12}|-+) ([=!<>]) +(?:\d+|-):  \S+ (.*)$", told, re.MULTILINE)
    signs = {subject.partition(":")[0]: sign for sign, subject in rows}
    by_number = {re.sub(r"^\[.*?\] ", "", subject): sign for sign, subject in rows}
    assert len(rows) == len(by_number) == 5
    assert signs["finch"] == ">"
    assert signs["gpu"] == "!"
    assert signs["iio"] == "="
    assert re.search(r"^\s+-.*-ETIMEDOUT", told, re.MULTILINE)
    assert re.search(r"^\s+\+.*-ETIME\b", told, re.MULTILINE)


def test_that_nobody_wrote_what_changed_is_noted(versions: Versions) -> None:
    assert "nobody wrote" not in versions.runs["v1"].err
    assert "note: nobody wrote what changed in v2: [changelog] in decisions.toml" in versions.runs["v2-before"].err
    assert "nobody wrote" not in versions.runs["v2"].err
    assert "nobody wrote" not in versions.runs["v3"].err


def test_what_a_person_wrote_into_the_cover_letter_survives_its_folder(versions: Versions) -> None:
    cover = versions.cover("v2")
    assert cover.count(f"\n\nChanges in v2:\n{WROTE}\n\nRange-diff against v1:\n") == 1
    assert cover.count("Changes in v") == cover.count("Range-diff against v") == 1


def test_the_changelog_has_every_version_from_wherever_it_was_written(versions: Versions) -> None:
    cover = versions.cover("v3")
    assert f"\n\nChanges in v3:\n{DECIDED}\n\nChanges in v2:\n{WROTE}\n\nRange-diff against v2:\n" in cover
    assert "Changes in v1" not in cover


def test_what_is_in_front_of_the_subjects(versions: Versions) -> None:
    assert all(re.match(r"\[RFC PATCH drm-misc-next v3 \d/5\] ", subject) for subject in versions.subjects("v3"))
    strip = re.compile(r"^\[.*?\] ")
    assert [strip.sub("", one) for one in versions.subjects("v3")] == [
        strip.sub("", one) for one in versions.subjects("v2")
    ]


def test_only_the_cover_letter_answers_a_mail(versions: Versions) -> None:
    cover, *patches = mails(versions.out / "v3")
    assert read(cover)["In-Reply-To"] == read(cover)["References"] == "<v2-0@example.org>"
    for mail in (*patches, *mails(versions.out / "v2")):
        assert read(mail)["In-Reply-To"] is read(mail)["References"] is None


def test_nobody_signs_off_unasked(versions: Versions) -> None:
    assert all("Signed-off-by" not in mail.read_text() for mail in mails(versions.out / "v2"))
    signed = "\nSigned-off-by: Test Person <test@example.org>\n---\n"
    assert all(mail.read_text().count(signed) == 1 for mail in versions.patches("v3"))


def test_git_am_takes_a_later_version_as_a_whole(versions: Versions) -> None:
    for name in ("v2", "v3"):  # a changelog is no patch
        git(versions.tree, "checkout", "--quiet", "-B", name, "main")
        git(versions.tree, "am", "--quiet", "--empty=drop", *map(str, mails(versions.out / name)))
    git(versions.tree, "checkout", "--quiet", "main")
    assert git(versions.tree, "rev-parse", "v2^{tree}") == git(versions.tree, "rev-parse", "v3^{tree}")
    assert int(git(versions.tree, "rev-list", "--count", "main..v3")) == 5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--in-reply-to", "v2-0"), ("'v2-0'", "Message-ID")),
        (("--in-reply-to", "<a@b>\nBcc: c@example.org"), ("message id",)),
        (("-v", "2", "--previous", "nowhere"), ("nowhere", "cover letter")),
        (("-v", "2", "--previous", "include"), ("include", "cover letter")),
        (("-v", "2", "--previous", "../out/v1", "--split-by", "tree"), ("../out/v1", "same layout")),
    ],
)
def test_what_cannot_be_done_is_refused_before_any_work(
    versions: Versions, options: tuple[str, ...], words: tuple[str, ...], tmp_path: Path
) -> None:
    before = snapshot(versions.out)
    # Had it begun, spatch would have run out of time, which is no refusal.
    run = fencemig(versions.tree, "convert", "--output", tmp_path / "out", *options, "--timeout", "0.001", "drivers")
    refused(run, *words)
    assert list(tmp_path.iterdir()) == []
    assert snapshot(versions.out) == before


@pytest.fixture(scope="module")
def parts(versions: Versions) -> Path:
    """Return a series of v1's base for each maintainer's tree, in v1 and v2; host1x is new in v2."""
    out = versions.out.parent / "parts"
    first = ("--no-core", "--split-by", "tree", "--base", "main~1")
    run = fencemig(versions.tree, "convert", "--output", out / "v1", *first, "drivers/iio")
    assert run.status == 0, run.err
    second = (*first, "-v", "2", "--previous", out / "v1")
    run = fencemig(versions.tree, "convert", "--output", out / "v2", *second, "drivers/iio", "drivers/gpu/host1x")
    assert run.status == 0, run.err
    return out


def test_each_part_follows_its_own_version(parts: Path) -> None:
    (old,) = (parts / "v1/iio").glob("*-cover-letter.patch")
    (new,) = (parts / "v2/iio").glob("*-cover-letter.patch")
    (other,) = (parts / "v2/host1x").glob("*-cover-letter.patch")
    assert change_id(old.read_text()) == change_id(new.read_text()) != change_id(other.read_text())
    assert "Range-diff against v1:" in new.read_text()
    assert "Range-diff against v1:" not in other.read_text()


def test_a_folder_may_be_replaced_by_one_of_another_layout(parts: Path, versions: Versions, tmp_path: Path) -> None:
    out = Path(shutil.copytree(parts / "v1", tmp_path / "out"))
    options = ("--output", out, "--force", "--no-core", "drivers/iio")
    assert fencemig(versions.tree, "convert", *options).status == 0
    assert [path.name for path in out.iterdir() if path.is_dir()] == []
    assert len(mails(out)) == 2


def test_an_empty_folder_may_be_filled(versions: Versions, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    options = ("--output", tmp_path / "out", "--force", "--no-core", "drivers/iio")
    assert fencemig(versions.tree, "convert", *options).status == 0
    assert len(mails(tmp_path / "out")) == 2
