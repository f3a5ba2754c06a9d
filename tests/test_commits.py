# SPDX-License-Identifier: GPL-2.0-only
"""A series as commits and mails, held against what git itself makes of the same commits with the same options."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import KernelTree
from helpers import git
from plans import ANNA, HOST1X, IIO, LIST, PLOVER, mails, opened, patch, patch_id, plan, read, two, write

from fencemig.errors import UserError
from fencemig.model import Mail, Person, Series
from fencemig.system.commits import committed

_BASE = re.compile(r"^base-commit: .*\n(?:prerequisite-patch-id: .*\n)*(?=-- $)", re.MULTILINE)
# What fencemig pins, for the git that it is compared with.
_PINNED = ("--no-renames", "--abbrev=12", "--text", "--numbered", "--cover-letter")


def _branch(tree: Path, series: Series, name: str, mail: Mail | None = None) -> tuple[str, ...]:
    with committed(opened(tree), series, mail or Mail()) as commits:
        commits.create_branch(name)
        return commits.hashes


def _comparable(mail: Path) -> str:
    """A mail without what must differ: its commit, a zero before the day, and which mail names the base."""
    text = re.sub(r"^From [0-9a-f]{40} ", "", mail.read_text())
    text = re.sub(r"^(Date: \w+, )0", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"\n+-- \n", "\n-- \n", _BASE.sub("", text))


@pytest.mark.parametrize(
    ("mail", "options"),
    [
        (Mail(), ()),
        (Mail(rfc=True), ("--rfc",)),
        (Mail(version=2), ("-v2",)),
        (Mail(version=12, rfc=True), ("-v12", "--rfc")),
        (Mail(prefix="PATCH drm-misc-next"), ("--subject-prefix=PATCH drm-misc-next",)),
        (Mail(prefix="PATCH net", rfc=True, version=3), ("--subject-prefix=RFC PATCH net", "-v3")),
        (Mail(signoff=True), ("--signoff",)),
    ],
)
@pytest.mark.parametrize("stacked", [False, True])
def test_the_mails_are_those_of_git_format_patch(
    mail: Mail, options: tuple[str, ...], stacked: bool, kernel_tree: KernelTree, tmp_path: Path
) -> None:
    tree = kernel_tree()
    (tree / ".git/info").mkdir(exist_ok=True)
    (tree / ".git/info/attributes").write_text("*.c diff=cpp\n*.h diff=cpp\n")  # as in the kernel
    patches = [replace(one, to=(ANNA,), cc=(LIST,)) for one in two(tree).patches]
    body = "Why.\n\nReviewed-by: Anna Example <anna@example.org>"
    long = "iio: buffer: Say why, in more words than a name of a file has room for"
    last = patch(tree, IIO, long, body=body, to=(ANNA,), cc=(LIST,))
    own, others = ([last], patches) if stacked else ([*patches, last], [])
    series = plan(tree, *own, prerequisites=tuple(others), to=(ANNA,), cc=(LIST,))
    ours = mails(write(tree, series, tmp_path / "ours", mail))
    _branch(tree, series, "lamps")
    git(
        tree, "format-patch", *_PINNED, *options, f"--base={series.base}", "-o", str(tmp_path / "gits"),
        "--to=Anna Example <anna@example.org>", "--cc=dri-devel@lists.example.org", f"lamps~{len(own)}..lamps",
        GIT_COMMITTER_DATE="2026-01-01T00:00:00Z",
    )  # fmt: skip
    theirs = mails(tmp_path / "gits")
    assert [path.name for path in ours] == [path.name for path in theirs]
    cover = _comparable(theirs[0]).replace("*** SUBJECT HERE ***", series.cover_subject)
    expected = [cover.replace("*** BLURB HERE ***", series.cover_body), *map(_comparable, theirs[1:])]
    if mail.signoff:  # git puts it into the cover letter, too; ours says nothing that a person did not write
        expected[0] = expected[0].replace("\nSigned-off-by: Test Person <test@example.org>\n", "")
    assert [_comparable(path) for path in ours] == expected
    assert _BASE.findall(ours[0].read_text()) == _BASE.findall(theirs[0].read_text()) != []
    assert ours[0].read_text().count("prerequisite-patch-id: ") == len(others)


def test_each_mail_goes_to_its_own_people(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    bjorn = Person("Bj\u00f6rn Example <bjorn@example.org>", "reviewer")
    cover, first, second = mails(write(tree, two(tree, to=(LIST,), cc=(bjorn, ANNA)), tmp_path / "out"))
    assert (read(cover)["To"], read(cover)["Cc"]) == (LIST.address, f"{bjorn.address}, {ANNA.address}")
    assert (read(first)["To"], read(first)["Cc"]) == (ANNA.address, LIST.address)
    assert (read(second)["To"], read(second)["Cc"]) == (ANNA.address, None)
    assert all(path.read_bytes().split(b"\n\n")[0].isascii() for path in (cover, first, second))


def test_only_the_cover_letter_answers_the_mail_that_was_named(kernel_tree: KernelTree, tmp_path: Path) -> None:
    """In every mail, as format-patch has it without threads, it would keep git send-email from threading."""
    tree = kernel_tree()
    cover, *patches = mails(write(tree, two(tree), tmp_path / "out", Mail(in_reply_to="id@example.org")))
    assert (read(cover)["In-Reply-To"], read(cover)["References"]) == ("<id@example.org>",) * 2
    assert [read(path)["In-Reply-To"] for path in patches] == [None, None]


def test_what_is_no_message_id_is_refused(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    with pytest.raises(UserError, match="message id"):
        write(tree, two(tree), tmp_path / "out", Mail(in_reply_to="last week's"))


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\nCc: x@example.org\n", "\x00", "\x85", "\u2028", "\x1b"])
def test_a_subject_is_one_line_and_adds_no_header(break_: str, kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    series = plan(tree, patch(tree, HOST1X, f"gpu: host1x:{break_}Say why"), to=(ANNA,))
    cover, mail = mails(write(tree, series, tmp_path / "out"))
    assert (read(mail)["Cc"], read(mail).get_content()[:5]) == (None, "Lamps")
    subject = "gpu: host1x: Cc: x@example.org Say why" if "Cc" in break_ else "gpu: host1x: Say why"
    assert read(mail)["Subject"] == f"[PATCH 1/1] {subject}"
    assert f"  {subject}\n" in read(cover).get_content()


def test_nobody_signs_off_unasked(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    text = b"".join(path.read_bytes() for path in mails(write(tree, two(tree), tmp_path / "out")))
    assert b"Signed-off-by" not in text


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ("Why.", "Why.\n\n{}"),
        ("Why.\n\nGenerated with fencemig 0.1.0 and Coccinelle 1.1.1", "1.1.1\n\n{}"),
        ("Why.\n\nLink: https://example.org\nAcked-by: Anna <a@example.org>", "Acked-by: Anna <a@example.org>\n{}"),
        ("Why.\n\n{}\nAcked-by: Anna <a@example.org>", "Why.\n\n{}\nAcked-by: Anna <a@example.org>"),
        ("Why.\n\n#if 1\n# two", "# two\n\n{}"),
    ],
)
def test_the_committer_signs_off_below_all_other_trailers(
    body: str, end: str, kernel_tree: KernelTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Committing Person")
    signed = "Signed-off-by: Committing Person <test@example.org>"
    tree = kernel_tree()
    series = plan(tree, patch(tree, HOST1X, "gpu: host1x: Say why", body=body.format(signed)))
    _branch(tree, series, "lamps", Mail(signoff=True))
    message = git(tree, "log", "-1", "--format=%B", "lamps")
    assert message.endswith(end.format(signed))
    assert message.count("Signed-off-by") == 1
    assert "Signed-off-by" in git(tree, "log", "-1", "--format=%(trailers)", "lamps")


def test_a_hand_made_patch_keeps_its_author(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    first, second = two(tree).patches
    series = plan(tree, replace(first, author="Bj\u00f6rn Example <bjorn@example.org> 1767312000 +0100"), second)
    cover, by_hand, generated = mails(write(tree, series, tmp_path / "out"))
    assert read(by_hand)["From"] == "Bj\u00f6rn Example <bjorn@example.org>"
    assert read(by_hand)["Date"] == "Fri, 02 Jan 2026 01:00:00 +0100"
    assert read(generated)["From"] == read(cover)["From"] == "Test Person <test@example.org>"
    assert "Bj\u00f6rn Example (1):\n" in read(cover).get_content()
    _branch(tree, series, "lamps")
    who = git(tree, "log", "--reverse", "--format=%an <%ae>, %cn", "-2", "lamps")
    assert who.splitlines() == [
        "Bj\u00f6rn Example <bjorn@example.org>, Test Person",
        "Test Person <test@example.org>, Test Person",
    ]


def test_series_that_build_on_one_share_its_commits(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    core, plover = two(tree).patches
    driver = patch(tree, IIO, "iio: buffer: Say why")
    (shared,) = _branch(tree, plan(tree, core, name="core"), "lamps/core")
    for name, own in (("drm", plover), ("iio", driver)):
        (tip,) = _branch(tree, plan(tree, own, name=name, prerequisites=(core,)), f"lamps/{name}")
        assert git(tree, "rev-list", f"lamps/{name}", "^HEAD").split() == [tip, shared]


def test_a_prerequisite_is_named_by_the_id_of_its_mail(kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    core, plover = two(tree).patches
    (_, mail) = mails(write(tree, plan(tree, core), tmp_path / "core"))
    stacked = mails(write(tree, plan(tree, plover, prerequisites=(core,)), tmp_path / "drm"))
    identifier = patch_id(mail)
    for path in stacked:
        assert f"\nprerequisite-patch-id: {identifier}\n-- \n" in read(path).get_content()
    assert PLOVER in read(stacked[0]).get_content()
    assert HOST1X not in read(stacked[0]).get_content()  # the diffstat is of this series alone
    clone = tmp_path / "clone"
    git(tree, "clone", "-q", str(tree), str(clone))
    git(clone, "am", "-q", "--empty=drop", str(mail), *map(str, stacked))
    assert git(clone, "log", "--format=%s", "-2").splitlines() == [plover.subject, core.subject]


@pytest.mark.parametrize("mail", [Mail(), Mail(version=2, changelog="Changes in v2:\n- Lamps say why.")])
def test_git_am_takes_the_whole_folder(mail: Mail, kernel_tree: KernelTree, tmp_path: Path) -> None:
    tree = kernel_tree()
    series = two(tree)
    folder = write(tree, series, tmp_path / "out", replace(mail, change_id="20260101-lamps-0123456789ab"))
    git(tree, "am", "-q", "--empty=drop", *map(str, mails(folder)))
    assert git(tree, "rev-list", "--count", f"{series.base}..HEAD") == "2"
    assert git(tree, "log", "-1", "--format=%B") == "drm/plover: Say why\n\nLamps go out.\n\nThey should say why."
