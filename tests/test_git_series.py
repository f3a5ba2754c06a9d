# SPDX-License-Identifier: GPL-2.0-only
"""A series through git: the user's repository stays as it is, and nothing of the series is lost."""

import email
import email.policy
import os
import re
from pathlib import Path

import pytest
from lamps import (
    FILES,
    HALL,
    LATIN,
    MENTIONING,
    ODD,
    applied,
    fingerprint,
    lamp_series,
    lamps,
    opened,
    run,
    write,
    written,
)

from fencemig.errors import UserError
from fencemig.model import Change, Patch, Series
from fencemig.system.commits import bring_objects, committed, create_branches
from fencemig.system.scratch import Identity
from fencemig.system.subjects import last_subjects


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return lamps(tmp_path)


# Writing, elsewhere.


def test_the_users_repository_stays_bit_for_bit(tree: Path, tmp_path: Path) -> None:
    (tree / "drivers/other.c").write_text("modified")
    os.utime(tree / "drivers/hall.c", (1, 1))  # a refresh of the index would write this down
    before = fingerprint(tree)
    repository = opened(tree)
    head = repository.resolve("HEAD")
    repository.files_mentioning(head, ["lamp_off"], ["."])
    repository.modified_files(["."])
    last_subjects(repository, head, ["drivers/hall.c"], 3)
    write(tree, tmp_path / "out")
    assert fingerprint(tree) == before
    assert not (tmp_path / "hook-ran").exists()


def test_the_series_applies_and_gives_the_tree_of_its_last_commit(tree: Path, tmp_path: Path) -> None:
    repository = opened(tree)
    with committed(repository, lamp_series(repository.resolve("HEAD"))) as commits:
        commits.write_patches(tmp_path / "out")
        commits.create_branch("converted")
    patches = written(tmp_path / "out")
    assert [patch.name[:4] for patch in patches] == ["0001", "0002"]
    assert applied(tree, tmp_path / "clone", patches) == run(tree, "rev-parse", "converted^{tree}")
    clone = tmp_path / "clone"
    assert (clone / "drivers/latin.c").read_bytes() == LATIN.replace(b"(l)", b"(l, 0)")
    assert (clone / ODD).read_bytes() == b"lamp_off(l, 0);\n"
    assert (clone / "drivers/run.h").stat().st_mode & 0o111
    changed = run(clone, "diff", "--name-only", "-z", "HEAD~2", "HEAD").split("\0")
    assert sorted(filter(None, changed)) == sorted(MENTIONING)


def test_messages_survive_and_notes_are_not_part_of_them(tree: Path, tmp_path: Path) -> None:
    write(tree, tmp_path / "out")
    text = written(tmp_path / "out")[0].read_bytes()
    message, below = text.split(b"\n---\n", 1)
    assert b"look at drivers/hall.c" not in message
    assert b"look at drivers/hall.c" in below.split(b"\ndiff --git")[0]
    applied(tree, tmp_path / "clone", written(tmp_path / "out"))
    log = run(tmp_path / "clone", "log", "--reverse", "--format=%B", "HEAD~2..")
    expected = [f"{patch.subject}\n\n{patch.body}" for patch in lamp_series("").patches]
    assert log.split("\n") == "\n\n".join(expected).split("\n")


def test_two_runs_give_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    assert write(tree, tmp_path / "one") == write(tree, tmp_path / "two")
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")


def test_hashes_in_the_diff_have_the_kernels_twelve_digits(tree: Path, tmp_path: Path) -> None:
    """Git's own choice grows with the number of objects: other bytes after the next fetch."""
    write(tree, tmp_path / "out")
    text = b"".join(path.read_bytes() for path in written(tmp_path / "out"))
    indexes = [line.split()[1] for line in text.splitlines() if line.startswith(b"index ")]
    assert len(indexes) == 4
    assert all(re.fullmatch(rb"[0-9a-f]{12}\.\.[0-9a-f]{12}", index) for index in indexes)


def test_settings_of_the_user_and_of_the_tree_do_not_change_the_bytes(tree: Path, tmp_path: Path) -> None:
    write(tree, tmp_path / "plain")
    hostile = tmp_path / "hostile"
    hostile.write_text(f"#!/bin/sh\ntouch '{tmp_path}/hostile-ran'\n")
    hostile.chmod(0o755)
    settings = {
        "diff.noprefix": "true",
        "diff.algorithm": "patience",
        "diff.external": str(hostile),
        "diff.c.textconv": str(hostile),
        "core.fsmonitor": str(hostile),
        "core.pager": str(hostile),
        "core.abbrev": "7",
        "format.signOff": "true",
        "format.subjectPrefix": "RFC",
        "format.coverLetter": "true",
        "format.outputDirectory": str(tmp_path / "elsewhere"),
        "commit.gpgSign": "true",
        "color.ui": "always",
        "i18n.commitEncoding": "latin1",
    }
    for name, value in settings.items():
        run(tree, "config", name, value)
        run(tree, "config", "--file", str(Path.home() / ".gitconfig"), name, value)
        run(tree, "config", "--global", name, value)
    attributes = "* diff=c -text\n*.c binary\n"
    (tree / ".git/info").mkdir(exist_ok=True)
    (tree / ".git/info/attributes").write_text(attributes)
    (Path.home() / ".config/git").mkdir(parents=True)
    (Path.home() / ".config/git/attributes").write_text(attributes)
    write(tree, tmp_path / "set")
    assert fingerprint(tmp_path / "set") == fingerprint(tmp_path / "plain")
    opened(tree).modified_files(["."])
    assert not (tmp_path / "hostile-ran").exists()


def test_the_cover_letter_is_a_mail_with_the_base(tree: Path, tmp_path: Path) -> None:
    hashes = write(tree, tmp_path / "out")
    text = (tmp_path / "out/0000-cover-letter.patch").read_bytes()
    assert text.startswith(f"From {hashes[-1]} Mon Sep 17 00:00:00 2001\n".encode())
    mail = email.message_from_bytes(text.split(b"\n", 1)[1], policy=email.policy.default)
    assert mail["Subject"] == "[PATCH 0/2] lamp: Give lamp_off() a reason"
    assert mail["From"] == "Test Person <test@example.org>"
    assert mail["Date"] == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert not mail.defects
    body = mail.get_content()
    assert body.startswith("Lamps go out.\n\nThey should say why.\n\nTest Person (2):\n")
    assert "  lamp/hall: Pass no reason to lamp_off()\n" in body
    assert " 4 files changed, 4 insertions(+), 4 deletions(-)\n" in body
    base = run(tree, "rev-parse", "HEAD")
    assert f"\nbase-commit: {base}\n-- \n" in body
    assert f"\nbase-commit: {base}\n" in written(tmp_path / "out")[0].read_text(errors="replace")


def test_the_cover_letters_number_is_as_wide_as_the_last(tree: Path, tmp_path: Path) -> None:
    contents = [FILES["drivers/hall.c"] + b"\n" * lines for lines in range(11)]
    patches = tuple(
        Patch(
            HALL,
            f"lamp/hall: Add line {lines}",
            "Why not.",
            (Change("drivers/hall.c", contents[lines - 1], contents[lines]),),
        )
        for lines in range(1, 11)
    )
    write(tree, tmp_path / "out", Series(run(tree, "rev-parse", "HEAD"), "lamp: Add lines", "Lines.", patches))
    assert b"\nSubject: [PATCH 00/10] lamp" in (tmp_path / "out/0000-cover-letter.patch").read_bytes()
    assert b"\nSubject: [PATCH 01/10] lamp" in written(tmp_path / "out")[0].read_bytes()


def test_a_cover_letter_beyond_ascii_says_its_encoding(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bj\u00f6rn, the \u0141amp")
    base = run(tree, "rev-parse", "HEAD")
    plan = lamp_series(base)
    subject = "lamp: Give lamp_off() a caf\u00e9 and many other things that take a very long line to say"
    write(tree, tmp_path / "out", Series(base, subject, "Na\u00efve.", plan.patches))
    text = (tmp_path / "out/0000-cover-letter.patch").read_bytes()
    headers = text.split(b"\n\n")[0]
    assert headers.isascii()
    mail = email.message_from_bytes(text.split(b"\n", 1)[1], policy=email.policy.default)
    assert mail["Subject"] == f"[PATCH 0/2] {subject}"
    assert mail["From"].addresses[0].display_name == "Bj\u00f6rn, the \u0141amp"
    assert mail.get_content().startswith("Na\u00efve.\n\nBj\u00f6rn, the \u0141amp (2):\n")
    applied(tree, tmp_path / "clone", written(tmp_path / "out"))
    assert run(tmp_path / "clone", "log", "-1", "--format=%an") == "Bj\u00f6rn, the \u0141amp"
    assert (tmp_path / "clone/drivers/latin.c").read_bytes() == LATIN.replace(b"(l)", b"(l, 0)")


def test_dates_are_the_bases_or_those_of_the_environment(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = opened(tree)
    head = repository.resolve("HEAD")
    person = "Test Person <test@example.org>"
    assert repository.identity(head) == Identity(f"{person} 1767225600 +0000", f"{person} 1767225600 +0000")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "other@example.org")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "yesterday")
    other = "Test Person <other@example.org>"
    assert repository.identity(head) == Identity(f"{person} 86400 +0000", f"{other} 86400 +0000")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "now")
    with pytest.raises(UserError, match="SOURCE_DATE_EPOCH"):
        repository.identity(head)


def test_without_an_identity_gits_advice_is_passed_on(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    repository = opened(tree)
    head = repository.resolve("HEAD")
    with pytest.raises(UserError, match=r"git config --global user\.email"):
        repository.identity(head)
    run(tree, "config", "user.email", "local@example.org")
    with pytest.raises(UserError, match="name"):  # the account's name would be a guess
        repository.identity(head)
    run(tree, "config", "user.name", "Local Person")
    assert repository.identity(head).author == "Local Person <local@example.org> 1767225600 +0000"


# The branch.


def test_a_branch_is_all_that_is_added(tree: Path, tmp_path: Path) -> None:
    repository = opened(tree)
    base = repository.resolve("HEAD")
    before = fingerprint(tree)
    with committed(repository, lamp_series(base)) as commits:
        commits.create_branch("topic/lamps")
    after = fingerprint(tree)
    assert run(tree, "rev-list", "--reverse", f"{base}..topic/lamps").split() == list(commits.hashes)
    assert {name: after[name] for name in before} == before
    added = {"/".join(name.split("/")[:2]) for name in after.keys() - before.keys()}
    assert added <= {".git/objects", ".git/refs"}
    run(tree, "fsck", "--strict")
    assert not (tmp_path / "hook-ran").exists()


@pytest.mark.parametrize("name", ["main", "bad..name", "-x", "HEAD", "", "a//b", "@{-1}", "main/below", "x.lock"])
def test_a_branch_that_cannot_be_is_refused(tree: Path, name: str) -> None:
    repository = opened(tree)
    refs = run(tree, "for-each-ref")
    with (
        committed(repository, lamp_series(repository.resolve("HEAD"))) as commits,
        pytest.raises(UserError, match="branch"),
    ):
        commits.create_branch(name)
    assert run(tree, "for-each-ref") == refs


def test_of_several_branches_all_are_made_or_none(tree: Path) -> None:
    repository = opened(tree)
    lock = tree / ".git/refs/heads/topic/second.lock"
    lock.parent.mkdir()
    lock.touch()
    refs = run(tree, "for-each-ref")
    with committed(repository, lamp_series(repository.resolve("HEAD"))) as commits:
        wanted = {"topic/first": commits, "topic/second": commits}
        bring_objects([commits])
        with pytest.raises(UserError, match="topic/second"):
            create_branches(wanted)
        assert run(tree, "for-each-ref") == refs
        lock.unlink()
        create_branches(wanted)
        assert {run(tree, "rev-parse", name) for name in wanted} == {commits.hashes[-1]}
