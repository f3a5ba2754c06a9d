# SPDX-License-Identifier: GPL-2.0-only
"""The search for words: it finds what a search of everything finds, and reads only what is new."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import time_ns

import pytest
from helpers import add, commit, git, put_tool
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fencemig.errors import UserError
from fencemig.system import search
from fencemig.system.cache import Cache, Kind
from fencemig.system.git import Repository, discover

WORDS = ("lamp_on", "lamp_off")


def by_grep(top: Path, words: tuple[str, ...] = WORDS) -> list[str]:
    """What grep finds by itself."""
    patterns = [argument for word in words for argument in ("-e", word)]
    options = ("-rlZFa", "--include=*.c", "--include=*.h", "--exclude-dir=.git")
    found = subprocess.run(["grep", *options, *patterns, "--", "."], cwd=top, capture_output=True, check=False)
    assert found.returncode < 2, found.stderr
    return sorted(os.fsdecode(name).removeprefix("./") for name in found.stdout.split(b"\0") if name)


def on_disk(top: Path, cache: Cache | None, words: tuple[str, ...] = WORDS) -> list[str]:
    """What we find."""
    return search.on_disk(top, search.folders_of(top), words, cache)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """All files were written long ago."""
    monkeypatch.setattr(search, "time_ns", lambda: time_ns() + 60_000_000_000)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A tree with everything that may lie in one."""
    top = tmp_path / "tree"
    for name in (
        "plain.c",
        "-dash.c",
        "name with 'quotes' and\nlines.h",
        os.fsdecode(b"latin-\xe9.c"),
        ".hidden/hidden.c",
        "folder.c/inside.c",
        "folder.c/notes.txt",
        "deep/er/.git/object.c",
        "UPPER.C",
        ".c",
    ):
        add(top, name, "int lamp_on;\n")
    add(top, "nul.c", b"\0\xff\0lamp_off\0")
    add(top, "long.h", b"x" * 3_000_000 + b"lamp_off")
    add(top, "empty.c", b"")
    add(top, "split.c", b"lamp_\non\n")
    add(tmp_path, "outside/out.c", b"lamp_on")
    (top / "link.c").symlink_to("plain.c")
    (top / "dangling.c").symlink_to("nowhere.c")
    (top / "away").symlink_to(tmp_path / "outside")
    (top / "deep/loop").symlink_to("..")
    os.mkfifo(top / "pipe.c")
    return top


def test_it_finds_what_grep_finds(odd: Path, tmp_path: Path, later: None) -> None:
    expected = by_grep(odd)
    assert len(expected) == 9 and ".hidden/hidden.c" in expected and "link.c" not in expected
    cache = Cache(tmp_path / "cache")
    assert [on_disk(odd, one) for one in (None, cache, cache)] == [expected] * 3


def test_what_may_not_be_read_is_an_error(odd: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(path: str) -> object:
        raise PermissionError(13, "Permission denied", path)

    def scandir(path: str) -> object:
        return refuse(path) if "deep" in path else real(path)

    real = os.scandir
    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", scandir)
        with pytest.raises(UserError, match="cannot be searched: deep/: Permission denied"):
            search.folders_of(odd)
    monkeypatch.setenv(
        "PATH", put_tool(tmp_path / "bin", "grep", "echo 'grep: plain.c: Permission denied' >&2; exit 2")
    )
    with pytest.raises(UserError, match=r"cannot be searched: grep: plain\.c: Permission denied"):
        on_disk(odd, None)


def test_a_file_that_goes_meanwhile_is_no_error(tmp_path: Path) -> None:
    for name in ("a.c", "b.c", "c/c.c"):
        add(tmp_path, name, "lamp_on")
    folders = search.folders_of(tmp_path)
    (tmp_path / "a.c").unlink()
    shutil.rmtree(tmp_path / "c")
    assert search.on_disk(tmp_path, folders, WORDS, None) == ["b.c"]
    (tmp_path / "b.c").unlink()
    assert search.on_disk(tmp_path, folders, WORDS, None) == []


def test_only_folders_in_which_something_changed_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: None
) -> None:
    top, cache, log = tmp_path / "tree", Cache(tmp_path / "cache"), tmp_path / "log"
    monkeypatch.setenv(
        "PATH", put_tool(tmp_path / "bin", "grep", f'echo "$@" >>{log}; exec {shutil.which("grep")} "$@"')
    )

    def read() -> str:
        log.write_text("")
        found = on_disk(top, cache)
        names = {name[0] for name in log.read_text().split() if name.endswith((".c", ".h"))}
        assert found == by_grep(top)
        return "".join(sorted(names))

    for name in ("a/1.c", "a/2.h", "b/1.c", "c/1.c"):
        add(top, name, "lamp_on")
    assert read() == "abc"
    assert read() == ""
    add(top, "a/2.h", "longer, and without")
    assert read() == "a"
    os.utime(top / "b/1.c", (0, 0))
    assert read() == "b"
    (top / "c/1.c").rename(top / "c/2.c")
    (top / "a/1.c").unlink()
    assert read() == "ac"
    add(top, "d/1.c", "lamp_off")
    assert read() == "d"
    shutil.rmtree(top / "a")
    assert read() == ""
    assert on_disk(top, cache, ("longer",)) == []
    add(top, "b/1.txt", "no source")
    assert read() == ""


def test_a_file_that_was_written_a_moment_ago_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top, cache = tmp_path / "tree", Cache(tmp_path / "cache")
    add(top, "a.c", "lamp_on ")
    fresh = search.folders_of(top)
    assert search.on_disk(top, fresh, WORDS, cache) == ["a.c"]
    add(top, "a.c", "nothing!")  # and a coarse file system shows no difference
    assert search.on_disk(top, fresh, WORDS, cache) == []
    monkeypatch.setattr(search, "time_ns", lambda: time_ns() + 60_000_000_000)
    settled = search.folders_of(top)
    assert search.on_disk(top, settled, WORDS, cache) == []
    add(top, "a.c", "lamp_on ")
    assert search.on_disk(top, settled, WORDS, cache) == []  # it was not even read


def test_a_damaged_record_is_no_record(tmp_path: Path, later: None) -> None:
    top, cache = tmp_path / "tree", Cache(tmp_path / "cache")
    add(top, "a.c", "lamp_on")
    assert on_disk(top, cache) == ["a.c"]
    for file in [path for path in cache.folder.rglob("*") if path.is_file()]:
        file.write_bytes(b"damaged")
    assert on_disk(top, cache) == ["a.c"]
    assert cache.sizes()[Kind.SEARCHES].entries == 1


class Edits(RuleBasedStateMachine):
    """Random edits of a small tree, now and then with the same content in another place."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.top, self.cache = self.home / "tree", Cache(self.home / "cache")
        self.top.mkdir()
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr(search, "time_ns", lambda: time_ns() + 60_000_000_000)
        self.size = 0

    names = st.sampled_from(["a.c", "b.h", "x/a.c", "x/y/b.c", "x/y/c.txt", "z.c/a.c"])

    @rule(name=names, content=st.sampled_from(["lamp_on", "lamp_off lamp_on", "nothing"]))
    def write(self, name: str, content: str) -> None:
        """No two of the same size: all edits of a test may have the same time."""
        self.size += 1
        self.remove(name)
        add(self.top, name, content + " " * self.size)

    @rule(name=names)
    def remove(self, name: str) -> None:
        (self.top / name).unlink(missing_ok=True)

    @rule(old=names, new=names)
    def rename(self, old: str, new: str) -> None:
        if (self.top / old).exists():
            (self.top / new).parent.mkdir(parents=True, exist_ok=True)
            (self.top / old).rename(self.top / new)

    @rule(name=names, other=names)
    def link(self, name: str, other: str) -> None:
        self.remove(name)
        (self.top / name).parent.mkdir(parents=True, exist_ok=True)
        (self.top / name).symlink_to(self.top / other)

    @rule()
    def forget(self) -> None:
        self.cache.clear()

    @invariant()
    def both_find_the_same(self) -> None:
        assert on_disk(self.top, self.cache) == by_grep(self.top)

    def teardown(self) -> None:
        self.patched.undo()
        shutil.rmtree(self.home)


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)


# --- commits -----------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Three commits: a line of two, and a branch."""
    top = tmp_path / "repository"
    for name, content in {"a.c": "lamp_on", "b.h": "lamp_off", "c.c": "nothing", "d.txt": "lamp_on"}.items():
        add(top, name, content)
    (top / "link.c").symlink_to("a.c")
    commit(top, "one")
    git(top, "tag", "one")
    add(top, "c.c", "now a lamp_on")
    add(top, "sub/e.c", "lamp_on")
    add(top, os.fsdecode(b"sub/\xe9.c"), "lamp_off")
    commit(top, "two")
    git(top, "tag", "two")
    git(top, "checkout", "-q", "-b", "side", "one")
    (top / "a.c").unlink()
    add(top, "b.h", "nothing")
    commit(top, "three")
    git(top, "tag", "three")
    found = discover(top)
    assert found is not None
    return found


FOUND: Mapping[str, list[str]] = {
    "one": ["a.c", "b.h"],
    "two": ["a.c", "b.h", "c.c", "sub/e.c", os.fsdecode(b"sub/\xe9.c")],
    "three": [],
}


@pytest.mark.parametrize("few", [0, 5000])
@pytest.mark.parametrize("remembered", [0, 1000])
def test_a_commit_is_searched_blob_by_blob(
    few: int, remembered: int, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_FEW", few)
    monkeypatch.setattr(search, "_REMEMBERED", remembered)
    cache = Cache(tmp_path / "cache")
    for name in ("one", "two", "one", "three", "two", "three", "one"):
        assert search.in_commit(repository, repository.resolve(name), WORDS, cache) == sorted(FOUND[name])
        assert search.in_commit(repository, repository.resolve(name), WORDS, None) == sorted(FOUND[name])


def test_a_blob_is_read_once(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it lies at several places, or turns up in another commit."""
    read: list[bytes] = []

    def content(self: Repository, blob: bytes) -> bytes:
        read.append(blob)
        return real(self, blob)

    real = Repository.content
    monkeypatch.setattr(Repository, "content", content)
    cache = Cache(tmp_path / "cache")
    for name, blobs in (("one", 3), ("two", 1), ("three", 0), ("one", 0), ("two", 0)):
        read.clear()
        search.in_commit(repository, repository.resolve(name), WORDS, cache)
        assert len(read) == blobs, name
