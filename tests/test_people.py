# SPDX-License-Identifier: GPL-2.0-only
"""What people say of a series, end to end: who gets it, what they decided, asked or not, and their own patches."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest
from helpers import FENCEMIG, Run, commit, fencemig, git, refused, small_kernel, snapshot
from plans import HOST1X, IIO, PLOVER, mails, read

pytestmark = pytest.mark.xdist_group("people")

MISSED = f"{PLOVER}:plover_frame_missed:dma_fence_signal#1"
SCAN = f"{PLOVER}:plover_scan_end:dma_fence_signal#1"
SCALE = f"{PLOVER}:plover_scale_end:dma_fence_signal_locked#1"
DONE = f"{IIO}:iio_buffer_signal_dmabuf_done:dma_fence_signal#1"
GONE = f"{HOST1X}:host1x_fence_lost:dma_fence_signal#1"
TIMEOUT = f"{HOST1X}:do_fence_timeout:dma_fence_signal#1"
DECISIONS = f"""\
# What we said in the meeting
[[site]]
id = "{MISSED}"
decision = "skip"
reason = "the scaler goes away"

[[site]]
id = "{SCAN}"
decision = "hold"
reason = "waits for the scan rework"

[[site]]
id = "{DONE}"
decision = "accept"
reason = "ret is never 0 here"

[[site]]
id = "{GONE}"
decision = "skip"
reason = "lost"

[[site]]
id = "{TIMEOUT}"
decision = "skip"
reason = "old"
before = "dma_fence_signal(f->older)"

[[patch]]
subsystem = "iio: buffer"
file = "fixups/iio.patch"
"""


def addresses(mail: Path, field: str) -> list[str]:
    return [address for _, address in getaddresses([str(read(mail)[field] or "")])]


def local(*names: str) -> set[str]:
    return {f"{name}@example.org" for name in names}


def lists(*names: str) -> set[str]:
    return {f"{name}@lists.example.org" for name in names}


def sites(folder: Path) -> dict[str, Any]:
    """The ledger's sites by their ids."""
    return {site["id"]: site for site in json.loads((folder / "ledger.json").read_text())["sites"]}


def mail_of(folder: Path, path: str) -> Path:
    """The generated patch of a driver: the first that touches its file."""
    return next(mail for mail in mails(folder) if f"+++ b/{path}\n" in mail.read_text())


def notes(mail: Path) -> str:
    """What stands below the "---", folded."""
    return " ".join(mail.read_text().split("\n---\n", 1)[1].partition("\ndiff --git ")[0].split())


@dataclass(frozen=True)
class Talk:
    """A kernel with what was made for it: folders in `out` and runs, by name. Only to be read.

    "plain" is without a word of anybody; "decided" with DECISIONS and a patch by hand; "again" is its next
    version, on a base that has moved.
    """

    tree: Path
    out: Path
    runs: dict[str, Run]

    def folder(self, name: str) -> Path:
        return self.out / name


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    folder = tmp_path_factory.mktemp("people")
    tree, out = small_kernel(folder, with_git=False), folder / "out"
    shutil.rmtree(tree / "drivers/accel")
    shutil.move(tree / "drivers/gpu/drm", folder / "drm")
    commit(tree)
    git(tree, "tag", "quick")
    shutil.move(folder / "drm", tree / "drivers/gpu/drm")
    commit(tree, "Add a scaler")
    git(tree, "tag", "first")
    runs = {}

    def convert(name: str, *options: str | Path) -> None:
        runs[name] = fencemig(tree, "convert", "--output", out / name, *options, "drivers")
        assert runs[name].status == 0, runs[name].err

    convert("plain", "--branch", "plain")
    by_hand(tree, out / "fixups/iio.patch", "plain")
    (out / "decisions.toml").write_text(DECISIONS)
    convert("decided", "--branch", "decided")
    for path in (PLOVER, IIO):
        (tree / path).write_text((tree / path).read_text().replace("#include", "/* Moved */\n#include", 1))
    commit(tree, "Move all lines")
    convert("again", "-v", "2", "--previous", out / "decided", "--branch", "again")
    return Talk(tree, out, runs)


def by_hand(tree: Path, file: Path, onto: str) -> None:
    """Make a patch for the IIO driver, on top of a series, as another person."""
    git(tree, "checkout", "--quiet", "--detach", onto)
    text = (tree / IIO).read_text()
    line = next(line for line in text.splitlines() if "dma_fence_signal(fence, ret)" in line)
    (tree / IIO).write_text(text.replace(line, f"\tWARN_ON(!ret);\n{line}"))
    author = ("--author", "Zo\u00eb \u00c5ngstr\u00f6m <zoe@example.org>", "--date", "2026-02-03T04:05:06+0100")
    git(tree, "commit", "--quiet", "--all", *author, "-m", "iio: buffer: Warn of no error\n\nNobody passes 0.")
    file.parent.mkdir(parents=True)
    file.write_bytes(git(tree, "format-patch", "-1", "--stdout").encode(errors="surrogateescape") + b"\n")
    git(tree, "checkout", "--quiet", "main")


# --- recipients ----------------------------------------------------------------------------------------------------


def test_each_patch_goes_to_those_of_its_driver(talk: Talk) -> None:
    """Read off MAINTAINERS: the owner first, then K: of DMA-BUF, whose functions the patch names, and the rest."""
    anyway = local("linnea", "sunniva", "cbecker") | lists("linux-kernel", "linux-media", "dri-devel")
    iio = mail_of(talk.folder("plain"), IIO)
    assert addresses(iio, "To") == ["jonah@example.org"]
    assert set(addresses(iio, "Cc")) == local("noor") | lists("linux-iio") | anyway
    host1x = mail_of(talk.folder("plain"), HOST1X)
    assert addresses(host1x, "To") == ["thiemo@example.org"]
    assert set(addresses(host1x, "Cc")) == local("mikka", "davina", "simo") | lists("linux-host1x") | anyway
    core = mails(talk.folder("plain"))[1]
    assert addresses(core, "To") == ["sunniva@example.org"]
    assert set(addresses(core, "Cc")) == anyway - local("sunniva")


def test_an_orphans_patch_goes_to_those_above(talk: Talk) -> None:
    assert set(addresses(mail_of(talk.folder("plain"), PLOVER), "To")) == local("davina", "simo")


def test_the_cover_letter_goes_to_everybody_once(talk: Talk) -> None:
    cover, *patches = mails(talk.folder("plain"))
    to, cc = addresses(cover, "To"), addresses(cover, "Cc")
    assert set(to) == {address for mail in patches for address in addresses(mail, "To")}
    assert {*to, *cc} == {address for mail in patches for field in ("To", "Cc") for address in addresses(mail, field)}
    assert len({*to, *cc}) == len(to) + len(cc)


def quick(talk: Talk, folder: Path, *options: str | Path) -> Run:
    """A run for one small driver, where there are few."""
    fixed = ("--base", "quick", "--no-core", "--output", folder / "out")
    return fencemig(talk.tree, "convert", *fixed, *options, "drivers/iio")


def test_people_may_be_named_and_left_out(talk: Talk, tmp_path: Path) -> None:
    options = ("--to", "list@example.net", "--cc", "Zo\u00eb, the 2nd <zoe@example.net>", "--no-cc")
    refused(quick(talk, tmp_path, *options), "is not one mail address")  # a comma would make it two
    options = ("--to", "list@example.net", "--cc", '"Zo\u00eb, the 2nd" <zoe@example.net>', "--no-cc")
    assert quick(talk, tmp_path, *options).status == 0
    cover, patch = mails(tmp_path / "out")
    for mail in (cover, patch):
        assert set(addresses(mail, "To")) == {"list@example.net", "jonah@example.org"}
        assert [one.addresses for one in read(mail).get_all("Cc", [])] == [read(mail)["Cc"].addresses]
        (zoe,) = read(mail)["Cc"].addresses
        assert (zoe.display_name, zoe.addr_spec) == ("Zo\u00eb, the 2nd", "zoe@example.net")


@pytest.mark.parametrize("option", ["--to", "--cc"])
@pytest.mark.parametrize("wrong", ["anna", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", ""])
def test_what_is_no_address_is_refused(option: str, wrong: str, talk: Talk, tmp_path: Path) -> None:
    # Had it begun, spatch would have run out of time, which is no refusal.
    refused(quick(talk, tmp_path, option, wrong, "--timeout", "0.001"), repr(wrong))
    assert not (tmp_path / "out").exists()


# --- decisions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["decided", "again"])
def test_what_is_skipped_and_held_stays_as_it_is(talk: Talk, name: str) -> None:
    found = sites(talk.folder(name))
    diff = mail_of(talk.folder(name), PLOVER).read_text().split("\ndiff --git ")[1]
    for site, choice, reason in (
        (MISSED, "skip", "the scaler goes away"),
        (SCAN, "hold", "waits for the scan rework"),
    ):
        signal = found[site]
        assert (signal["verdict"], signal["decision"], signal["after"]) == ("manual", choice, None)
        assert f"{choice}: {reason}" in signal["reason"]
        store = found[site.replace("dma_fence_signal", "dma_fence_set_error")]
        assert (store["verdict"], store["merged_into"]) == ("manual", None)
        assert f"{choice}: {reason}" in notes(mail_of(talk.folder(name), PLOVER))
    assert not re.search(r"^[-+].*(?:frame_done|scan_done)", diff, re.MULTILINE)
    assert (found[SCALE]["verdict"], found[SCALE].get("decision")) == ("review", None)
    assert re.search(r"^-\tdma_fence_signal_locked\(scaler->scale_done\);$", diff, re.MULTILINE)


def test_what_stays_keeps_the_macros(talk: Talk) -> None:
    def letter(name: str) -> str:
        return " ".join(mails(talk.folder(name))[0].read_text().split())

    assert "macros stay" not in letter("plain")
    assert "macros stay" in letter("decided")
    assert f"{PLOVER}: 2 calls" in letter("decided")
    dropped = "\n-#define dma_fence_signal(args...)"
    assert [dropped in mail.read_text() for mail in mails(talk.folder("plain"))][-1]
    assert not any(dropped in mail.read_text() for mail in mails(talk.folder("decided")))


@pytest.mark.parametrize("name", ["decided", "again"])
def test_what_is_accepted_stays_for_review_with_the_persons_word(talk: Talk, name: str) -> None:
    found = sites(talk.folder(name))
    plain = sites(talk.folder("plain"))
    assert (plain[DONE]["verdict"], plain[DONE].get("decision")) == ("review", None)
    assert (found[DONE]["verdict"], found[DONE]["decision"]) == ("review", "accept")
    assert found[DONE]["after"] == plain[DONE]["after"]
    assert "accepted: ret is never 0 here" in found[DONE]["reason"]
    assert "accepted: ret is never 0 here" in notes(mail_of(talk.folder(name), IIO))


@pytest.mark.parametrize("name", ["decided", "again"])
def test_decisions_that_do_not_count_are_noted(talk: Talk, name: str) -> None:
    said = [line for line in talk.runs[name].err.splitlines() if "does not count" in line]
    assert len(said) == 2
    assert any(GONE in line and "no such site" in line for line in said)
    assert any(TIMEOUT in line and "dma_fence_signal(f->older)" in line for line in said)
    assert sites(talk.folder(name))[TIMEOUT]["verdict"] == "convert"
    assert "does not count" not in talk.runs["plain"].err


@pytest.mark.parametrize("name", ["decided", "again"])
def test_a_patch_by_hand_follows_the_generated_one_with_its_author(talk: Talk, name: str) -> None:
    base = "first" if name == "decided" else "main"
    log = git(talk.tree, "log", "--reverse", "--format=%an|%ae|%ad|%s", "--date=iso-strict", f"{base}..{name}")
    rows = [line.split("|") for line in log.splitlines()]
    number = next(number for number, row in enumerate(rows) if row[3] == "iio: buffer: Warn of no error")
    assert rows[number][:3] == ["Zo\u00eb \u00c5ngstr\u00f6m", "zoe@example.org", "2026-02-03T04:05:06+01:00"]
    assert rows[number - 1][3].startswith("iio: buffer: ")
    assert [row[0] for row in rows].count("Test Person") == len(rows) - 1
    made = git(talk.tree, "show", f"{name}:{IIO}")
    assert re.search(r"\tWARN_ON\(!ret\);\n\tdma_fence_signal\(fence, ret\);\n", made)
    mail = mails(talk.folder(name))[number + 1]
    assert addresses(mail, "From") == ["zoe@example.org"]
    assert addresses(mail, "To") == ["jonah@example.org"]
    assert "Nobody passes 0.\n---\n" in mail.read_text()


def test_the_series_with_all_that_people_said_applies(talk: Talk) -> None:
    git(talk.tree, "checkout", "--quiet", "--detach", "main")
    git(talk.tree, "am", "--quiet", "--empty=drop", *map(str, mails(talk.folder("again"))))
    assert git(talk.tree, "rev-parse", "HEAD^{tree}") == git(talk.tree, "rev-parse", "again^{tree}")
    git(talk.tree, "checkout", "--quiet", "main")


def test_a_moved_base_changes_nothing_of_what_was_said(talk: Talk) -> None:
    cover = mails(talk.folder("again"))[0].read_text()
    rows = re.findall(r"^ ?(?:\d+|-):  \S+ ([=!<>]) +(?:\d+|-):  \S+ (.*)$", cover, re.MULTILINE)
    assert len(rows) == len(mails(talk.folder("decided"))) - 1
    signs = {subject: sign for sign, subject in rows}
    assert "iio: buffer: Warn of no error" in signs
    assert set(signs.values()) == {"="}


def test_what_no_longer_fits_is_named_and_nothing_is_written(talk: Talk, tmp_path: Path) -> None:
    spoilt = (talk.out / "fixups/iio.patch").read_text().replace("dma_fence_signal(fence, ret);", "lamp(fence);")
    (tmp_path / "spoilt.patch").write_text(spoilt)
    (tmp_path / "decisions.toml").write_text('[[patch]]\nsubsystem = "iio: buffer"\nfile = "spoilt.patch"\n')
    before = snapshot(tmp_path), git(talk.tree, "for-each-ref"), git(talk.tree, "status", "--porcelain")
    run = quick(talk, tmp_path, "--branch", "spoilt")
    refused(run, str(tmp_path / "spoilt.patch"), IIO, "no longer fits")
    assert (snapshot(tmp_path), git(talk.tree, "for-each-ref"), git(talk.tree, "status", "--porcelain")) == before


def test_a_patch_for_a_subsystem_that_is_not_there_is_refused(talk: Talk, tmp_path: Path) -> None:
    shutil.copy(talk.out / "fixups/iio.patch", tmp_path)
    text = '[[patch]]\nsubsystem = "drm/finch"\nfile = "iio.patch"\n'
    (tmp_path / "other.toml").write_text(text)
    refused(quick(talk, tmp_path, "--decisions", tmp_path / "other.toml"), "'drm/finch:'", "iio: buffer:")
    assert not (tmp_path / "out").exists()


def test_decisions_that_are_named_must_be_there(talk: Talk, tmp_path: Path) -> None:
    for wanted in ("convert", "--dry-run"):
        options = ("--dry-run",) if wanted == "--dry-run" else ("--output", str(tmp_path / "out"))
        refused(fencemig(talk.tree, "convert", *options, "--decisions", "nowhere.toml", "drivers"), "nowhere.toml")
    assert list(tmp_path.iterdir()) == []


# --- asked ---------------------------------------------------------------------------------------------------------


def interviewed(tree: Path, answers: str, *options: str | Path) -> subprocess.CompletedProcess[str]:
    """A run of `convert -i` with somebody who gives these answers, in lines, and then leaves."""
    command = [FENCEMIG, "convert", "-i", *map(str, options)]
    return subprocess.run(command, cwd=tree, input=answers, env=os.environ, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Interview:
    """What came of an interview, and of the same command without one afterwards."""

    asked: subprocess.CompletedProcess[str]
    decided: dict[str, Any]
    folder: Path
    later: Path
    later_run: Run


@pytest.fixture(scope="module")
def interview(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> Interview:
    out = tmp_path_factory.mktemp("interview")
    fixed = ("--base", "first", "--no-core")
    # A reason that is none takes an answer back; "n" leaves those before open, and who is gone those behind.
    answers = "n\nn\nn\nh\n\ns\nit is being rewritten\na\n"
    asked = interviewed(talk.tree, answers, "--output", out / "made", *fixed, "drivers/gpu/drm/plover")
    decided = tomllib.loads((out / "decisions.toml").read_text())
    later = fencemig(talk.tree, "convert", "--output", out / "later", *fixed, "drivers/gpu/drm/plover")
    return Interview(asked, decided, out / "made", out / "later", later)


def test_answers_are_written_down(interview: Interview) -> None:
    assert interview.asked.returncode == 0, interview.asked
    assert "Traceback" not in interview.asked.stderr
    asked = re.findall(rf"^.*: {PLOVER}:\d+, in (\w+)\(\)$", interview.asked.stderr, re.MULTILINE)
    assert asked[3:5] == ["plover_scan_end", "plover_scale_end"]
    assert [(one["id"], one["decision"], one.get("reason")) for one in interview.decided["site"]] == [
        (SCAN, "skip", "it is being rewritten"),
        (SCALE, "accept", None),
    ]


def test_the_questions_go_to_stderr_and_the_result_to_stdout(interview: Interview) -> None:
    assert interview.asked.stdout == f"{interview.folder}\n"
    assert "Accept this conversion" in interview.asked.stderr
    assert "-\tdma_fence_set_error(" in interview.asked.stderr  # with the hunk


def test_the_series_follows_the_answers(interview: Interview) -> None:
    found = sites(interview.folder)
    assert (found[SCAN]["verdict"], found[SCAN]["decision"]) == ("manual", "skip")
    assert (found[SCALE]["verdict"], found[SCALE]["decision"]) == ("review", "accept")
    assert (found[MISSED]["verdict"], found[MISSED].get("decision")) == ("review", None)
    diff = mail_of(interview.folder, PLOVER).read_text().split("\ndiff --git ")[1]
    assert not re.search(r"^[-+].*scan_done", diff, re.MULTILINE)
    assert re.search(r"^\+.*scale_done, -ESHUTDOWN", diff, re.MULTILINE)


def test_the_answers_hold_for_the_next_run(interview: Interview) -> None:
    assert interview.later_run.status == 0
    made, later = (
        {path.name: path.read_bytes() for path in folder.iterdir()} for folder in (interview.folder, interview.later)
    )
    assert made == later


def test_who_leaves_at_once_decides_nothing(talk: Talk, tmp_path: Path) -> None:
    asked = interviewed(talk.tree, "q\n", "--output", tmp_path / "out", "--base", "quick", "--no-core", "drivers/iio")
    assert asked.returncode == 0, asked
    assert not (tmp_path / "decisions.toml").exists()
    assert sites(tmp_path / "out")[DONE].get("decision") is None
