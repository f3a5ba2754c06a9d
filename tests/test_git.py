# SPDX-License-Identifier: GPL-2.0-only
"""The door to git, against real repositories: what is read of them, however unusual they are."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers import add
from lamps import FILES, LATIN, MENTIONING, ODD, commit_all, fingerprint, lamp_series, lamps, opened, run, write

from fencemig.errors import UserError
from fencemig.system import git
from fencemig.system.commits import committed
from fencemig.system.subjects import last_subjects


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return lamps(tmp_path)


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
    run(other, "init", "-q")
    head = run(tree, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    repository = opened(tree)
    assert repository.resolve("HEAD") == head
    assert repository.read_blob(head, "drivers/latin.c") == git.Blob("100644", LATIN)
    assert _mentioning(tree, "drivers/hall.c", "drivers/other.c") == ["drivers/hall.c"]
    assert repository.modified_files(["."]) == []


def test_resolve_names_commits(tree: Path) -> None:
    head = run(tree, "rev-parse", "HEAD")
    run(tree, "tag", "-a", "-m", "one", "v1")
    repository = opened(tree)
    assert [repository.resolve(rev) for rev in ("HEAD", "main", "v1", head[:10], head)] == [head] * 5


@pytest.mark.parametrize("rev", ["nowhere", "--all", "HEAD:drivers", "", "HEAD~7", "f" * 40])
def test_resolve_refuses_what_is_no_commit(tree: Path, rev: str) -> None:
    with pytest.raises(UserError, match="names no commit"):
        opened(tree).resolve(rev)


def test_an_unborn_branch_has_no_commits(tmp_path: Path) -> None:
    run(tmp_path, "init", "-q")
    with pytest.raises(UserError, match="no commits"):
        opened(tmp_path).resolve("HEAD")


def test_blobs_come_from_the_commit_with_their_mode(tree: Path) -> None:
    repository = opened(tree)
    head = repository.resolve("HEAD")
    (tree / "drivers/hall.c").write_text("changed since")
    assert repository.read_blob(head, "drivers/hall.c") == git.Blob("100644", FILES["drivers/hall.c"])
    assert repository.read_blob(head, "drivers/run.h") == git.Blob("100755", FILES["drivers/run.h"])
    assert repository.read_blob(head, ODD) == git.Blob("100644", FILES[ODD])


@pytest.mark.parametrize("path", ["drivers/link.c", "drivers", "drivers/none.c", "drivers/hall.c/deeper"])
def test_only_regular_files_are_blobs(tree: Path, path: str) -> None:
    repository = opened(tree)
    assert repository.read_blob(repository.resolve("HEAD"), path) is None


def test_threads_may_read_at_the_same_time(tree: Path) -> None:
    repository = opened(tree)
    head = repository.resolve("HEAD")
    paths = ["drivers/hall.c", "drivers/latin.c", ODD, "drivers/none.c"] * 100
    with ThreadPoolExecutor(8) as pool:
        blobs = list(pool.map(lambda path: repository.read_blob(head, path), paths))
    assert [blob and blob.data for blob in blobs] == [FILES.get(path) for path in paths]


def test_an_interruption_in_the_middle_of_a_file_ends_the_run(tree: Path) -> None:
    add(tree, "drivers/long.c", "int lamp;\n" * 10_000)
    commit_all(tree)
    script = """
import sys
from pathlib import Path
from git import Git
from fencemig.system.git import discover

def interrupted(self, size=-1):
    self._stream.read(100)
    raise KeyboardInterrupt

Git.CatFileContentStream.read = interrupted
repository = discover(Path(sys.argv[1]))
repository.read_blob(repository.resolve("HEAD"), "drivers/long.c")
"""
    done = subprocess.run([sys.executable, "-c", script, str(tree)], capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGINT
    assert done.stderr.endswith(b"KeyboardInterrupt\n")


def test_replaced_objects_are_read_as_they_were_committed(tree: Path) -> None:
    """The hashes that go into a patch are those of the real objects."""
    run(tree, "replace", "HEAD:drivers/hall.c", "HEAD:drivers/other.c")
    repository = opened(tree)
    blob = repository.read_blob(repository.resolve("HEAD"), "drivers/hall.c")
    assert blob == git.Blob("100644", FILES["drivers/hall.c"])


def _mentioning(tree: Path, *paths: str, commit: str = "HEAD") -> list[str]:
    repository = opened(tree)
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
    run(tree, "add", "--force", "drivers/staged.c")
    run(tree, "rm", "-q", "--cached", "drivers/run.h")
    assert _mentioning(tree, "drivers") == sorted(MENTIONING)


def test_files_that_git_keeps_out_of_the_work_tree_are_found(tree: Path) -> None:
    run(tree, "update-index", "--skip-worktree", "drivers/hall.c")
    (tree / "drivers/hall.c").unlink()
    assert _mentioning(tree, "drivers") == sorted(MENTIONING)


def test_another_commit_than_head_is_searched_itself(tree: Path) -> None:
    (tree / "drivers/hall.c").write_text("nothing")
    commit_all(tree, "Remove the hall")
    assert "drivers/hall.c" not in _mentioning(tree, "drivers")
    assert _mentioning(tree, "drivers", commit="HEAD~1") == sorted(MENTIONING)


def test_modified_files_are_those_below_the_paths(tree: Path) -> None:
    (tree / "include/lamp.h").write_text("changed")
    (tree / ODD).write_text("changed")
    (tree / "drivers/new.c").write_text("untracked")
    (tree / "drivers/hall.c").write_text("staged")
    os.utime(tree / "drivers/other.c", (1, 1))
    run(tree, "add", "--force", "drivers/hall.c")
    repository = opened(tree)
    assert repository.modified_files(["drivers"]) == sorted(["drivers/hall.c", ODD])
    assert repository.modified_files(["."]) == sorted(["drivers/hall.c", ODD, "include/lamp.h"])


def test_subjects_are_newest_first_and_the_import_is_none(tree: Path) -> None:
    for number, path in enumerate(["drivers/hall.c", ODD, "drivers/hall.c", "drivers/hall.c"]):
        (tree / path).write_text(f"{number}")
        commit_all(tree, f"lamp: Change {number}", f"@{1767225600 + number} +0000")
    repository = opened(tree)
    subjects = last_subjects(repository, repository.resolve("HEAD"), ["drivers/hall.c", ODD, "drivers/run.h"], 2)
    assert subjects == {
        "drivers/hall.c": ("lamp: Change 3", "lamp: Change 2"),
        ODD: ("lamp: Change 1",),
        "drivers/run.h": (),
    }


# Unusual repositories.


def test_a_worktree_with_a_detached_head(tree: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    run(tree, "worktree", "add", "-q", "--detach", str(elsewhere))
    before = fingerprint(tree)
    repository = opened(elsewhere)
    base = repository.resolve("HEAD")
    assert _mentioning(elsewhere, "drivers") == sorted(MENTIONING)
    with committed(repository, lamp_series(base)) as commits:
        commits.write_patches(tmp_path / "out")
        assert fingerprint(tree) == before
        commits.create_branch("lamps")
    assert run(tree, "rev-parse", "lamps") == commits.hashes[-1]
    assert run(elsewhere, "rev-parse", "HEAD") == base


def test_objects_borrowed_from_another_repository_are_seen(tree: Path, tmp_path: Path) -> None:
    borrower = tmp_path / 'bor"rower'
    run(tmp_path, "clone", "-q", "--shared", str(tree), str(borrower))
    hashes = write(borrower, tmp_path / "out")
    assert hashes == write(tree, tmp_path / "direct")


def test_a_shallow_clone_is_enough(tree: Path, tmp_path: Path) -> None:
    (tree / "drivers/other.c").write_text("int changed;\n")
    commit_all(tree, "lamp: Change")
    shallow = tmp_path / "shallow"
    run(tmp_path, "clone", "-q", "--depth=1", f"file://{tree}", str(shallow))
    repository = opened(shallow)
    with committed(repository, lamp_series(repository.resolve("HEAD"))) as commits:
        commits.write_patches(tmp_path / "out")
        commits.create_branch("lamps")
    assert commits.hashes == write(tree, tmp_path / "direct")
    assert fingerprint(tmp_path / "out") == fingerprint(tmp_path / "direct")


def test_all_names_of_commits_are_known(tree: Path) -> None:
    first = run(tree, "rev-parse", "HEAD")
    run(tree, "switch", "-q", "-c", "other")
    (tree / "drivers/run.h").write_text("int run;\n")
    run(tree, "commit", "-q", "-a", "-m", "Run")
    run(tree, "config", "branch.other.remote", ".")
    run(tree, "config", "branch.other.merge", "refs/heads/main")
    run(tree, "fetch", "-q", ".", "main")
    second = run(tree, "rev-parse", "HEAD")
    run(tree, "reset", "-q", "--soft", "HEAD")  # leaves ORIG_HEAD
    linked = tree.parent / "linked"
    run(tree, "worktree", "add", "-q", "-b", "third", str(linked), "main")
    names = dict.fromkeys(("HEAD", "HEAD@{1}", "ORIG_HEAD"), second)
    names |= dict.fromkeys(("HEAD~1", "@{-1}", "FETCH_HEAD", "@{upstream}", "other@{u}", "main@{0}", "third"), first)
    repository = opened(tree)
    for name, commit in names.items():
        assert run(tree, "rev-parse", name) == commit, name
        assert repository.resolve(name) == commit, name
    assert opened(linked).resolve("HEAD@{0}") == first
    with pytest.raises(UserError, match="names no commit"):
        opened(linked).resolve("FETCH_HEAD")  # each work tree has its own


def test_files_are_compared_as_the_repository_says(tree: Path) -> None:
    (tree / "drivers/hall.c").chmod(0o755)
    assert opened(tree).modified_files(["."]) == ["drivers/hall.c"]
    run(tree, "config", "core.fileMode", "false")
    assert opened(tree).modified_files(["."]) == []


def test_a_commit_is_searched_whatever_is_in_the_work_tree(tree: Path) -> None:
    head = run(tree, "rev-parse", "HEAD")
    found = opened(tree).files_mentioning(head, ["lamp_off"], ["."])
    assert "drivers/hall.c" in found
    for path in (*tree.rglob("*.c"), *tree.rglob("*.h")):
        path.write_text("int nothing;\n")
    assert opened(tree).files_mentioning(head, ["lamp_off"], ["."]) == found
