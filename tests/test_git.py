# SPDX-License-Identifier: GPL-2.0-only
"""The door to git, against real repositories: the user's stays as it is, and the series loses nothing."""

import email
import email.policy
import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fencemig.errors import UserError
from fencemig.model import Change, Patch, Series, Subsystem
from fencemig.system import git
from fencemig.system.commits import bring_objects, committed, create_branches
from fencemig.system.git import Repository
from fencemig.system.scratch import Identity

HALL = Subsystem("HALL LAMPS", "lamp/hall:")
LATIN = "/* Bj\xf6rn's lamp */\nint lamp_off(l);\n".encode("latin-1")
ODD = 'drivers/odd "name" [x]*\u00e9.c'
FILES = {
    "drivers/hall.c": b"int a;\n\nint hall(void)\n{\n\tlamp_off(l);\n}\n",
    "drivers/latin.c": LATIN,
    "drivers/run.h": b"lamp_off(l);\n",
    "drivers/other.c": b"int other;\n",
    "drivers/notes.txt": b"lamp_off(l);\n",
    ODD: b"lamp_off(l);\n",
    "include/lamp.h": b"void lamp_off(struct lamp *l);\n",
}


def _run(folder: Path, *arguments: str, **extra: str) -> str:
    env = os.environ | extra
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, capture_output=True, check=True)
    return done.stdout.decode(errors="surrogateescape").strip()


def _commit(folder: Path, subject: str = "Add lamps", date: str = "@1767225600 +0100") -> str:
    _run(folder, "add", "--all", "--force", ".")
    _run(folder, "commit", "-q", "-m", subject, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
    return _run(folder, "rev-parse", "HEAD")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository of one commit, with hooks that would tell on us and a .gitignore that hides everything."""
    tree = tmp_path / "lamps"
    tree.mkdir()
    _run(tree, "init", "-q", "-b", "main")
    for name, content in FILES.items():
        path = tree / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    (tree / ".gitignore").write_text("*\n")
    (tree / "drivers/run.h").chmod(0o755)
    (tree / "drivers/link.c").symlink_to("hall.c")
    _commit(tree)
    for hook in (
        "post-commit",
        "applypatch-msg",
        "reference-transaction",
        "post-checkout",
        "post-index-change",
    ):
        script = tree / ".git/hooks" / hook
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\ntouch '{tmp_path}/hook-ran'\n")
        script.chmod(0o755)
    return tree


def _open(tree: Path) -> Repository:
    repository = git.discover(tree)
    assert repository is not None
    return repository


def _converted(path: str, mode: str = "100644") -> Change:
    return Change(path, FILES[path], FILES[path].replace(b"(l)", b"(l, 0)"), mode)


def _series(base: str, notes: str = "look at drivers/hall.c\n\n---\nand here") -> Series:
    first = (_converted("drivers/hall.c"), _converted("drivers/latin.c"))
    second = (_converted("drivers/run.h", "100755"), _converted(ODD))
    return Series(
        base,
        "lamp: Give lamp_off() a reason",
        "Lamps go out.\n\nThey should say why.",
        (
            Patch(HALL, "lamp/hall: Pass no reason to lamp_off()", "Why not.\n\nIndeed.", first, notes),
            Patch(HALL, "lamp/roof: Pass no reason to lamp_off()", "Thanks to Bj\u00f6rn.", second),
        ),
    )


def _fingerprint(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file of a folder, with mode and content: the objects, references, index and hooks too."""
    found: dict[str, tuple[int, str]] = {}
    for path in sorted(folder.rglob("*")):
        content = os.fsencode(path.readlink()) if path.is_symlink() else b"" if path.is_dir() else path.read_bytes()
        found[str(path.relative_to(folder))] = (path.lstat().st_mode, hashlib.sha256(content).hexdigest())
    return found


def _write(tree: Path, folder: Path, series: Series | None = None) -> tuple[str, ...]:
    repository = _open(tree)
    with committed(repository, series or _series(repository.resolve("HEAD"))) as commits:
        commits.write_patches(folder)
        return commits.hashes


def _patches(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("0000"))


def _am(tree: Path, into: Path, patches: Sequence[Path]) -> str:
    """Apply a series to a clone of the tree; return the hash of the resulting tree."""
    _run(tree.parent, "clone", "-q", str(tree), str(into))
    _run(into, "am", "-q", *map(str, patches))
    return _run(into, "rev-parse", "HEAD^{tree}")


# Discovery and reading.


def test_a_tree_without_git_has_no_repository(tmp_path: Path) -> None:
    assert git.discover(tmp_path) is None


def test_a_folder_inside_a_repository_has_none_of_its_own(tree: Path) -> None:
    assert git.discover(tree / "drivers") is None


def test_git_variables_of_the_caller_do_not_mislead(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    _run(other, "init", "-q")
    head = _run(tree, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    repository = _open(tree)
    assert repository.resolve("HEAD") == head
    assert repository.read_blob(head, "drivers/latin.c") == git.Blob("100644", LATIN)
    assert _mentioning(tree, "drivers/hall.c", "drivers/other.c") == ["drivers/hall.c"]
    assert repository.modified_files(["."]) == []


def test_resolve_names_commits(tree: Path) -> None:
    head = _run(tree, "rev-parse", "HEAD")
    _run(tree, "tag", "-a", "-m", "one", "v1")
    repository = _open(tree)
    assert [repository.resolve(rev) for rev in ("HEAD", "main", "v1", head[:10], head)] == [head] * 5


@pytest.mark.parametrize("rev", ["nowhere", "--all", "HEAD:drivers", "", "HEAD~7", "f" * 40])
def test_resolve_refuses_what_is_no_commit(tree: Path, rev: str) -> None:
    with pytest.raises(UserError, match="names no commit"):
        _open(tree).resolve(rev)


def test_an_unborn_branch_has_no_commits(tmp_path: Path) -> None:
    _run(tmp_path, "init", "-q")
    with pytest.raises(UserError, match="no commits"):
        _open(tmp_path).resolve("HEAD")


def test_blobs_come_from_the_commit_with_their_mode(tree: Path) -> None:
    repository = _open(tree)
    head = repository.resolve("HEAD")
    (tree / "drivers/hall.c").write_text("changed since")
    assert repository.read_blob(head, "drivers/hall.c") == git.Blob("100644", FILES["drivers/hall.c"])
    assert repository.read_blob(head, "drivers/run.h") == git.Blob("100755", FILES["drivers/run.h"])
    assert repository.read_blob(head, ODD) == git.Blob("100644", FILES[ODD])


@pytest.mark.parametrize("path", ["drivers/link.c", "drivers", "drivers/none.c", "drivers/hall.c/deeper"])
def test_only_regular_files_are_blobs(tree: Path, path: str) -> None:
    repository = _open(tree)
    assert repository.read_blob(repository.resolve("HEAD"), path) is None


def test_threads_may_read_at_the_same_time(tree: Path) -> None:
    repository = _open(tree)
    head = repository.resolve("HEAD")
    paths = ["drivers/hall.c", "drivers/latin.c", ODD, "drivers/none.c"] * 100
    with ThreadPoolExecutor(8) as pool:
        blobs = list(pool.map(lambda path: repository.read_blob(head, path), paths))
    assert [blob and blob.data for blob in blobs] == [FILES.get(path) for path in paths]


def test_replaced_objects_are_read_as_they_were_committed(tree: Path) -> None:
    """The hashes that go into a patch are those of the real objects."""
    _run(tree, "replace", "HEAD:drivers/hall.c", "HEAD:drivers/other.c")
    repository = _open(tree)
    blob = repository.read_blob(repository.resolve("HEAD"), "drivers/hall.c")
    assert blob == git.Blob("100644", FILES["drivers/hall.c"])


MENTIONING = ["drivers/hall.c", "drivers/latin.c", ODD, "drivers/run.h"]


def _mentioning(tree: Path, *paths: str, commit: str = "HEAD") -> list[str]:
    repository = _open(tree)
    return repository.files_mentioning(repository.resolve(commit), ["lamp_off", "lamp_on"], paths)


def test_sources_that_mention_a_word_are_found(tree: Path) -> None:
    assert _mentioning(tree, ".") == sorted([*MENTIONING, "include/lamp.h"])
    assert _mentioning(tree, "drivers") == sorted(MENTIONING)
    assert _mentioning(tree, "drivers/", "include/lamp.h") == sorted([*MENTIONING, "include/lamp.h"])
    assert _mentioning(tree, ODD) == [ODD]


def test_the_commit_counts_and_not_the_work_tree(tree: Path) -> None:
    (tree / "drivers/hall.c").write_text("nothing")
    (tree / "drivers/latin.c").unlink()
    (tree / "drivers/other.c").write_text("lamp_off(l);")
    (tree / "drivers/new.c").write_text("lamp_off(l);")
    (tree / "drivers/staged.c").write_text("lamp_off(l);")
    _run(tree, "add", "--force", "drivers/staged.c")
    _run(tree, "rm", "-q", "--cached", "drivers/run.h")
    assert _mentioning(tree, "drivers") == sorted(MENTIONING)


def test_files_that_git_keeps_out_of_the_work_tree_are_found(tree: Path) -> None:
    _run(tree, "update-index", "--skip-worktree", "drivers/hall.c")
    (tree / "drivers/hall.c").unlink()
    assert _mentioning(tree, "drivers") == sorted(MENTIONING)


def test_another_commit_than_head_is_searched_itself(tree: Path) -> None:
    (tree / "drivers/hall.c").write_text("nothing")
    _commit(tree, "Remove the hall")
    assert "drivers/hall.c" not in _mentioning(tree, "drivers")
    assert _mentioning(tree, "drivers", commit="HEAD~1") == sorted(MENTIONING)


def test_modified_files_are_those_below_the_paths(tree: Path) -> None:
    (tree / "include/lamp.h").write_text("changed")
    (tree / ODD).write_text("changed")
    (tree / "drivers/new.c").write_text("untracked")
    (tree / "drivers/hall.c").write_text("staged")
    os.utime(tree / "drivers/other.c", (1, 1))
    _run(tree, "add", "--force", "drivers/hall.c")
    repository = _open(tree)
    assert repository.modified_files(["drivers"]) == sorted(["drivers/hall.c", ODD])
    assert repository.modified_files(["."]) == sorted(["drivers/hall.c", ODD, "include/lamp.h"])


def test_subjects_are_newest_first_and_the_import_is_none(tree: Path) -> None:
    for number, path in enumerate(["drivers/hall.c", ODD, "drivers/hall.c", "drivers/hall.c"]):
        (tree / path).write_text(f"{number}")
        _commit(tree, f"lamp: Change {number}", f"@{1767225600 + number} +0000")
    repository = _open(tree)
    subjects = repository.last_subjects(repository.resolve("HEAD"), ["drivers/hall.c", ODD, "drivers/run.h"], 2)
    assert subjects == {
        "drivers/hall.c": ("lamp: Change 3", "lamp: Change 2"),
        ODD: ("lamp: Change 1",),
        "drivers/run.h": (),
    }


# Writing, elsewhere.


def test_the_users_repository_stays_bit_for_bit(tree: Path, tmp_path: Path) -> None:
    (tree / "drivers/other.c").write_text("modified")
    os.utime(tree / "drivers/hall.c", (1, 1))  # a refresh of the index would write this down
    before = _fingerprint(tree)
    repository = _open(tree)
    head = repository.resolve("HEAD")
    repository.files_mentioning(head, ["lamp_off"], ["."])
    repository.modified_files(["."])
    repository.last_subjects(head, ["drivers/hall.c"], 3)
    _write(tree, tmp_path / "out")
    assert _fingerprint(tree) == before
    assert not (tmp_path / "hook-ran").exists()


def test_the_series_applies_and_gives_the_tree_of_its_last_commit(tree: Path, tmp_path: Path) -> None:
    repository = _open(tree)
    with committed(repository, _series(repository.resolve("HEAD"))) as commits:
        commits.write_patches(tmp_path / "out")
        commits.create_branch("converted")
    patches = _patches(tmp_path / "out")
    assert [patch.name[:4] for patch in patches] == ["0001", "0002"]
    applied = _am(tree, tmp_path / "clone", patches)
    assert applied == _run(tree, "rev-parse", "converted^{tree}")
    clone = tmp_path / "clone"
    assert (clone / "drivers/latin.c").read_bytes() == LATIN.replace(b"(l)", b"(l, 0)")
    assert (clone / ODD).read_bytes() == b"lamp_off(l, 0);\n"
    assert (clone / "drivers/run.h").stat().st_mode & 0o111
    changed = _run(clone, "diff", "--name-only", "-z", "HEAD~2", "HEAD").split("\0")
    assert sorted(filter(None, changed)) == sorted(MENTIONING)


def test_messages_survive_and_notes_are_not_part_of_them(tree: Path, tmp_path: Path) -> None:
    _write(tree, tmp_path / "out")
    text = _patches(tmp_path / "out")[0].read_bytes()
    message, below = text.split(b"\n---\n", 1)
    assert b"look at drivers/hall.c" not in message
    assert b"look at drivers/hall.c" in below.split(b"\ndiff --git")[0]
    _am(tree, tmp_path / "clone", _patches(tmp_path / "out"))
    log = _run(tmp_path / "clone", "log", "--reverse", "--format=%B", "HEAD~2..")
    expected = [f"{patch.subject}\n\n{patch.body}" for patch in _series("").patches]
    assert log.split("\n") == "\n\n".join(expected).split("\n")


def test_two_runs_give_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    assert _write(tree, tmp_path / "one") == _write(tree, tmp_path / "two")
    assert _fingerprint(tmp_path / "one") == _fingerprint(tmp_path / "two")


def test_hashes_in_the_diff_have_the_kernels_twelve_digits(tree: Path, tmp_path: Path) -> None:
    """Git's own choice grows with the number of objects: other bytes after the next fetch."""
    _write(tree, tmp_path / "out")
    text = b"".join(path.read_bytes() for path in _patches(tmp_path / "out"))
    indexes = [line.split()[1] for line in text.splitlines() if line.startswith(b"index ")]
    assert len(indexes) == 4
    assert all(re.fullmatch(rb"[0-9a-f]{12}\.\.[0-9a-f]{12}", index) for index in indexes)


def test_settings_of_the_user_and_of_the_tree_do_not_change_the_bytes(tree: Path, tmp_path: Path) -> None:
    _write(tree, tmp_path / "plain")
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
        _run(tree, "config", name, value)
        _run(tree, "config", "--file", str(Path.home() / ".gitconfig"), name, value)
        _run(tree, "config", "--global", name, value)
    attributes = "* diff=c -text\n*.c binary\n"
    (tree / ".git/info").mkdir(exist_ok=True)
    (tree / ".git/info/attributes").write_text(attributes)
    (Path.home() / ".config/git").mkdir(parents=True)
    (Path.home() / ".config/git/attributes").write_text(attributes)
    _write(tree, tmp_path / "set")
    assert _fingerprint(tmp_path / "set") == _fingerprint(tmp_path / "plain")
    _open(tree).modified_files(["."])
    assert not (tmp_path / "hostile-ran").exists()


def test_the_cover_letter_is_a_mail_with_the_base(tree: Path, tmp_path: Path) -> None:
    hashes = _write(tree, tmp_path / "out")
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
    base = _run(tree, "rev-parse", "HEAD")
    assert f"\nbase-commit: {base}\n-- \n" in body
    assert f"\nbase-commit: {base}\n" in _patches(tmp_path / "out")[0].read_text(errors="replace")


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
    _write(tree, tmp_path / "out", Series(_run(tree, "rev-parse", "HEAD"), "lamp: Add lines", "Lines.", patches))
    assert b"\nSubject: [PATCH 00/10] lamp" in (tmp_path / "out/0000-cover-letter.patch").read_bytes()
    assert b"\nSubject: [PATCH 01/10] lamp" in _patches(tmp_path / "out")[0].read_bytes()


def test_a_cover_letter_beyond_ascii_says_its_encoding(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bj\u00f6rn, the \u0141amp")
    base = _run(tree, "rev-parse", "HEAD")
    plan = _series(base)
    subject = "lamp: Give lamp_off() a caf\u00e9 and many other things that take a very long line to say"
    _write(tree, tmp_path / "out", Series(base, subject, "Na\u00efve.", plan.patches))
    text = (tmp_path / "out/0000-cover-letter.patch").read_bytes()
    headers = text.split(b"\n\n")[0]
    assert headers.isascii()
    mail = email.message_from_bytes(text.split(b"\n", 1)[1], policy=email.policy.default)
    assert mail["Subject"] == f"[PATCH 0/2] {subject}"
    assert mail["From"].addresses[0].display_name == "Bj\u00f6rn, the \u0141amp"
    assert mail.get_content().startswith("Na\u00efve.\n\nBj\u00f6rn, the \u0141amp (2):\n")
    _am(tree, tmp_path / "clone", _patches(tmp_path / "out"))
    assert _run(tmp_path / "clone", "log", "-1", "--format=%an") == "Bj\u00f6rn, the \u0141amp"
    assert (tmp_path / "clone/drivers/latin.c").read_bytes() == LATIN.replace(b"(l)", b"(l, 0)")


def test_dates_are_the_bases_or_those_of_the_environment(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = _open(tree)
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
    repository = _open(tree)
    head = repository.resolve("HEAD")
    with pytest.raises(UserError, match=r"git config --global user\.email"):
        repository.identity(head)
    _run(tree, "config", "user.email", "local@example.org")
    with pytest.raises(UserError, match="name"):  # the account's name would be a guess
        repository.identity(head)
    _run(tree, "config", "user.name", "Local Person")
    assert repository.identity(head).author == "Local Person <local@example.org> 1767225600 +0000"


# The branch.


def test_a_branch_is_all_that_is_added(tree: Path, tmp_path: Path) -> None:
    repository = _open(tree)
    base = repository.resolve("HEAD")
    before = _fingerprint(tree)
    with committed(repository, _series(base)) as commits:
        commits.create_branch("topic/lamps")
    after = _fingerprint(tree)
    assert _run(tree, "rev-list", "--reverse", f"{base}..topic/lamps").split() == list(commits.hashes)
    assert {name: after[name] for name in before} == before
    added = {"/".join(name.split("/")[:2]) for name in after.keys() - before.keys()}
    assert added <= {".git/objects", ".git/refs", ".git/logs"}
    _run(tree, "fsck", "--strict")
    assert not (tmp_path / "hook-ran").exists()


@pytest.mark.parametrize("name", ["main", "bad..name", "-x", "HEAD", "", "a//b", "@{-1}", "main/below", "x.lock"])
def test_a_branch_that_cannot_be_is_refused(tree: Path, name: str) -> None:
    repository = _open(tree)
    refs = _run(tree, "for-each-ref")
    with (
        committed(repository, _series(repository.resolve("HEAD"))) as commits,
        pytest.raises(UserError, match="branch"),
    ):
        commits.create_branch(name)
    assert _run(tree, "for-each-ref") == refs


def test_of_several_branches_all_are_made_or_none(tree: Path) -> None:
    repository = _open(tree)
    lock = tree / ".git/refs/heads/topic/second.lock"
    lock.parent.mkdir()
    lock.touch()
    refs = _run(tree, "for-each-ref")
    with committed(repository, _series(repository.resolve("HEAD"))) as commits:
        wanted = {"topic/first": commits, "topic/second": commits}
        bring_objects([commits])
        with pytest.raises(UserError, match="topic/second"):
            create_branches(wanted)
        assert _run(tree, "for-each-ref") == refs
        lock.unlink()
        create_branches(wanted)
        assert {_run(tree, "rev-parse", name) for name in wanted} == {commits.hashes[-1]}


# Unusual repositories.


def test_a_worktree_with_a_detached_head(tree: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    _run(tree, "worktree", "add", "-q", "--detach", str(elsewhere))
    before = _fingerprint(tree)
    repository = _open(elsewhere)
    base = repository.resolve("HEAD")
    assert _mentioning(elsewhere, "drivers") == sorted(MENTIONING)
    with committed(repository, _series(base)) as commits:
        commits.write_patches(tmp_path / "out")
        assert _fingerprint(tree) == before
        commits.create_branch("lamps")
    assert _run(tree, "rev-parse", "lamps") == commits.hashes[-1]
    assert _run(elsewhere, "rev-parse", "HEAD") == base


def test_objects_borrowed_from_another_repository_are_seen(tree: Path, tmp_path: Path) -> None:
    borrower = tmp_path / 'bor"rower'
    _run(tmp_path, "clone", "-q", "--shared", str(tree), str(borrower))
    hashes = _write(borrower, tmp_path / "out")
    assert hashes == _write(tree, tmp_path / "direct")


def test_a_shallow_clone_is_enough(tree: Path, tmp_path: Path) -> None:
    (tree / "drivers/other.c").write_text("int changed;\n")
    _commit(tree, "lamp: Change")
    shallow = tmp_path / "shallow"
    _run(tmp_path, "clone", "-q", "--depth=1", f"file://{tree}", str(shallow))
    repository = _open(shallow)
    with committed(repository, _series(repository.resolve("HEAD"))) as commits:
        commits.write_patches(tmp_path / "out")
        commits.create_branch("lamps")
    assert commits.hashes == _write(tree, tmp_path / "direct")
    assert _fingerprint(tmp_path / "out") == _fingerprint(tmp_path / "direct")


def test_all_names_of_commits_are_known(tree: Path) -> None:
    first = _run(tree, "rev-parse", "HEAD")
    _run(tree, "switch", "-q", "-c", "other")
    (tree / "drivers/run.h").write_text("int run;\n")
    _run(tree, "commit", "-q", "-a", "-m", "Run")
    _run(tree, "config", "branch.other.remote", ".")
    _run(tree, "config", "branch.other.merge", "refs/heads/main")
    _run(tree, "fetch", "-q", ".", "main")
    second = _run(tree, "rev-parse", "HEAD")
    _run(tree, "reset", "-q", "--soft", "HEAD")  # leaves ORIG_HEAD
    linked = tree.parent / "linked"
    _run(tree, "worktree", "add", "-q", "-b", "third", str(linked), "main")
    names = dict.fromkeys(("HEAD", "HEAD@{1}", "ORIG_HEAD"), second)
    names |= dict.fromkeys(("HEAD~1", "@{-1}", "FETCH_HEAD", "@{upstream}", "other@{u}", "main@{0}", "third"), first)
    repository = _open(tree)
    for name, commit in names.items():
        assert _run(tree, "rev-parse", name) == commit, name
        assert repository.resolve(name) == commit, name
    assert _open(linked).resolve("HEAD@{0}") == first
    with pytest.raises(UserError, match="names no commit"):
        _open(linked).resolve("FETCH_HEAD")  # each work tree has its own


def test_files_are_compared_as_the_repository_says(tree: Path) -> None:
    (tree / "drivers/hall.c").chmod(0o755)
    assert _open(tree).modified_files(["."]) == ["drivers/hall.c"]
    _run(tree, "config", "core.fileMode", "false")
    assert _open(tree).modified_files(["."]) == []


def test_a_commit_is_searched_whatever_is_in_the_work_tree(tree: Path) -> None:
    head = _run(tree, "rev-parse", "HEAD")
    found = _open(tree).files_mentioning(head, ["lamp_off"], ["."])
    assert "drivers/hall.c" in found
    for path in (*tree.rglob("*.c"), *tree.rglob("*.h")):
        path.write_text("int nothing;\n")
    assert _open(tree).files_mentioning(head, ["lamp_off"], ["."]) == found
