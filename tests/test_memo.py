# SPDX-License-Identifier: GPL-2.0-only
"""Results of earlier runs: one is taken only where a run from scratch gives the same, whatever has changed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import time_ns

import pytest
from helpers import FENCEMIG, add, commit, driver, environment, fencemig, git, one_driver, put_tool
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fencemig.commands import scan
from fencemig.commands.shared import Options, Question, survey_of
from fencemig.system import memo, search
from fencemig.system.cache import Kind, user_cache
from fencemig.system.git import discover
from fencemig.system.kernel import Tree
from fencemig.system.memo import Memo
from fencemig.system.witness import Watched

MIGRATION = Path(__file__).parent.parent / "semantic_patches/dma_fence_signal"


def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """All files were written long ago, also those that a test has just written."""
    monkeypatch.setattr(search, "time_ns", lambda: time_ns() + 60_000_000_000)


@pytest.fixture(autouse=True)
def _long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago(monkeypatch)


def asks(tree: Tree) -> bytes:
    """Something made from a tree, by way of all questions that there are; the answers lead to more questions."""
    said: list[object] = []
    for name in (tree.read("list.h") or b"").decode().split():
        said.append((name, tree.read(name), tree.exists(name)))
        said += [(found, tree.mode(found), tree.read(found)) for found in tree.mentioning([name.partition(".")[0]])]
    return repr((said, tree.version, tree.last_subjects(["list.h"], 3))).encode()


def remembered(tree: Tree, about: str = "") -> tuple[bytes, bool]:
    """The same, from an earlier run where that will do, and whether it did."""
    watched, kept = Watched(tree.top, tree.repository, tree.commit), Memo([about])
    found = kept.find(watched)
    if found is not None:
        return found, True
    made = asks(watched)
    kept.keep(watched, made)
    return made, False


class Edits(RuleBasedStateMachine):
    """Random edits of a small tree; whenever somebody asks, the answer is that of a run from scratch."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.tree = Tree(self.home / "tree", None, None)
        self.tree.top.mkdir()
        self.patched = pytest.MonkeyPatch()
        self.patched.setenv("XDG_CACHE_HOME", str(self.home / "cache"))
        long_ago(self.patched)
        self.size = 0

    names = st.sampled_from(["list.h", "a.c", "b.c", "sub/a.h", "Makefile"])
    lists = st.lists(st.sampled_from(["a.c", "b.c", "sub/a.h", "list.h", "sub"]), max_size=3)

    @rule(name=names, words=lists)
    def write(self, name: str, words: list[str]) -> None:
        """No two of the same size: all edits of a test may have the same time."""
        self.size += 1
        self.remove(name)
        add(self.tree.top, name, " ".join(words) + " " * self.size + "\nVERSION = 7\n")

    @rule(name=names)
    def remove(self, name: str) -> None:
        (self.tree.top / name).unlink(missing_ok=True)

    @rule(name=names, mode=st.sampled_from([0o644, 0o755]))
    def chmod(self, name: str, mode: int) -> None:
        if (self.tree.top / name).exists():
            (self.tree.top / name).chmod(mode)

    @rule()
    def switch(self) -> None:
        """To another branch, or back."""
        other = self.home / "other"
        other.mkdir(exist_ok=True)
        self.tree.top.rename(self.home / "third")
        other.rename(self.tree.top)
        (self.home / "third").rename(other)

    @invariant()
    def it_is_as_from_scratch(self) -> None:
        assert remembered(self.tree)[0] == asks(replace(self.tree))
        assert remembered(self.tree) == (asks(replace(self.tree)), True)

    def teardown(self) -> None:
        self.patched.undo()
        shutil.rmtree(self.home)


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=10, stateful_step_count=8, deadline=None)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A tree on disk, in git."""
    top = tmp_path / "tree"
    add(top, "list.h", "a.c sub/b.h")
    add(top, "a.c", "a")
    commit(top)
    return Tree(top, discover(top), None)


def test_another_question_has_another_answer(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [remembered(tree, about)[1] for about in ("one", "two", "one", "two")] == [False, False, True, True]
    monkeypatch.setattr(memo, "program", lambda: ["another"])
    assert not remembered(tree, "one")[1]


def test_trees_that_come_back_are_known_up_to_a_number(tree: Tree) -> None:
    for round_ in range(2):
        for number in range(8):
            add(tree.top, "a.c", f"a {number}")
            assert remembered(tree) == (asks(replace(tree)), round_ > 0)
    add(tree.top, "a.c", "a ninth")
    assert not remembered(tree)[1]
    add(tree.top, "a.c", "a 0")
    assert not remembered(tree)[1]


def test_what_changed_in_the_middle_is_not_kept(tree: Tree) -> None:
    watched = Watched(tree.top, tree.repository, None)
    watched.read("a.c")
    add(tree.top, "a.c", "other")
    watched.read("a.c")
    Memo([]).keep(watched, b"neither")
    for content in ("a", "other"):
        add(tree.top, "a.c", content)
        assert Memo([]).find(Watched(tree.top, tree.repository, None)) is None


def test_a_file_that_cannot_be_read_any_more_is_another_answer(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(tree)

    def read_bytes(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", self)

    monkeypatch.setattr(Path, "read_bytes", lambda self: read_bytes(self) if self.name == "a.c" else real(self))
    assert Memo([""]).find(Watched(tree.top, tree.repository, None)) is None


real = Path.read_bytes


def test_a_commit_is_known_by_its_blobs_and_its_history(tree: Tree) -> None:
    def at(rev: str) -> Tree:
        assert tree.repository is not None
        return replace(tree, commit=tree.repository.resolve(rev))

    git(tree.top, "tag", "first")
    assert [remembered(at("first"))[1] for _ in range(2)] == [False, True]
    add(tree.top, "a.c", "a, longer")
    commit(tree.top, "a: Longer")
    assert remembered(at("HEAD")) == (asks(at("HEAD")), False)
    assert [remembered(at(rev))[1] for rev in ("first", "HEAD")] == [True, True]
    git(tree.top, "commit", "--allow-empty", "-m", "The same files, after another commit")
    assert remembered(at("HEAD")) == (asks(at("HEAD")), False)
    (tree.top / ".git/shallow").write_text(git(tree.top, "rev-parse", "HEAD") + "\n")
    assert remembered(at("HEAD")) == (asks(at("HEAD")), False)


@pytest.mark.parametrize("fault", ["read-only", "full", "damaged", "results gone"])
def test_a_cache_that_does_not_do_costs_time_only(fault: str, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    good = remembered(tree)[0]
    cache = user_cache()
    assert cache is not None
    ledgers = sorted((path for path in (cache.folder / "ledgers").rglob("*") if path.is_file()), key=os.path.getsize)
    if fault in ("read-only", "full"):
        shutil.rmtree(cache.folder / "ledgers")

        def refuse(self: Path, data: bytes) -> int:
            with self.open("wb") as file:
                file.write(data[:10])
            raise OSError(28 if fault == "full" else 30, "no", self)

        monkeypatch.setattr(Path, "write_bytes", refuse)
        assert [remembered(tree) for _ in range(2)] == [(good, False)] * 2
        assert not [path for path in (cache.folder / "ledgers").rglob("*") if path.is_file()]
    elif fault == "damaged":
        for path in ledgers:
            path.write_bytes(path.read_bytes()[:-1])
        assert [remembered(tree) for _ in range(2)] == [(good, False), (good, True)]
    else:
        for path in ledgers:
            kept = path.read_bytes()
            path.unlink()
            assert remembered(tree) == (good, False)
            assert path.read_bytes() == kept


# --- scan --------------------------------------------------------------------------------------------------------


@pytest.fixture
def migration(tmp_path: Path) -> Path:
    """A copy of the migration, to be edited."""
    return Path(shutil.copytree(MIGRATION, tmp_path / "dma_fence_signal"))


class Scanner:
    """Scans a tree, with the cache of the test and with none, and knows which of them took a result of before."""

    def __init__(self, top: Path, migration: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.options = Options(top, (".",), None, 2, 60, migration)
        self.monkeypatch, self.fresh = monkeypatch, home / "fresh"
        self.surveys = 0
        shared = Path(os.environ["XDG_CACHE_HOME"]) / "fencemig/spatch"
        (self.fresh / "fencemig").mkdir(parents=True)
        (self.fresh / "fencemig/spatch").symlink_to(shared.resolve())

        def counted(question: Question, options: Options) -> object:
            self.surveys += 1
            return survey_of(question, options)

        monkeypatch.setattr(scan, "survey_of", counted)

    def scan(self, capture: pytest.CaptureFixture[bytes], output_format: str = "json") -> bool:
        """Hold both against each other; whether the one with the cache did without a survey."""
        before = self.surveys
        status, out = scan.scan(self.options, output_format), capture.readouterr()
        kept = self.surveys == before
        with self.monkeypatch.context() as patched:
            patched.setenv("XDG_CACHE_HOME", str(self.fresh))
            assert (scan.scan(self.options, output_format), capture.readouterr()) == (status, out)
        for kind in set(Kind) - {Kind.SPATCH}:
            shutil.rmtree(self.fresh / "fencemig" / kind, ignore_errors=True)
        return kept


@pytest.mark.parametrize("where", ["git", "files", "commit"])
def test_a_scan_is_as_from_scratch_whatever_changed(
    where: str,
    tmp_path: Path,
    migration: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    top = one_driver(tmp_path, with_git=where != "files")
    scanner = Scanner(top, migration, tmp_path, monkeypatch)
    if where == "commit":
        scanner.options = replace(scanner.options, base="HEAD")

    def known(output_format: str = "json") -> bool:
        if where == "commit":
            git(top, "add", "--all", "--force", ".")
            date = "2026-01-01T00:00:00Z"
            git(top, "commit", "-q", "--amend", "-m", "An edit", "--date", date, GIT_COMMITTER_DATE=date)
        return scanner.scan(capsysbinary, output_format)

    def edited(path: str, old: str = "", new: str = "") -> bool:
        file = (migration if path.endswith((".cocci", ".toml")) else top) / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1) if old else text + new)
        first = known()
        assert known()
        return first

    assert [known(form) for form in ("json", "json", "csv", "sarif", "table")] == [False, True, True, True, True]
    os.utime(top / "drivers/gpu/host1x/fence.c")
    assert known()
    add(top, "drivers/gpu/unrelated.c", "int unrelated;\n")
    assert known() or where == "commit"  # another commit may have another history
    assert not edited("drivers/gpu/host1x/fence.c", "dma_fence_signal(", "dma_fence_signal (")
    assert not edited("include/linux/dma-fence.h", new="\n/* longer */\n")
    assert not edited("MAINTAINERS", "S:\tSupported", "S:\tMaintained")
    assert not edited("Makefile", "SUBLEVEL = ", "SUBLEVEL = 1")
    assert not edited("40-plain.cocci", new="// a comment\n")
    add(top, "drivers/gpu/finch.c", driver("\tdma_fence_signal(f);\n"))
    assert not known() and known()
    (top / "drivers/gpu/finch.c").rename(top / "drivers/gpu/wren.c")
    assert not known() and known()
    (top / "drivers/gpu/wren.c").chmod(0o755)
    assert not known() and known()
    (top / "drivers/gpu/wren.c").unlink()
    known()
    scanner.options = replace(scanner.options, paths=("drivers/gpu",))
    assert not known() and known()
    scanner.options = replace(scanner.options, timeout=30)
    assert not known() and known()


def test_a_branch_and_back(
    tmp_path: Path, migration: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    top = one_driver(tmp_path)
    scanner = Scanner(top, migration, tmp_path, monkeypatch)
    git(top, "checkout", "-q", "-b", "side")
    add(top, "drivers/gpu/finch.c", driver("\tdma_fence_signal(f);\n"))
    commit(top, "A finch")
    for base in (None, "HEAD"):
        scanner.options = replace(scanner.options, base=base)
        assert not scanner.scan(capsysbinary)
        git(top, "checkout", "-q", "main")
        assert not scanner.scan(capsysbinary)
        git(top, "checkout", "-q", "side")
        assert scanner.scan(capsysbinary)
    git(top, "commit", "-q", "--allow-empty", "-m", "Nothing")
    scanner.options = replace(scanner.options, base=None)
    assert scanner.scan(capsysbinary)  # and the ledger names the commit that is there now


def test_a_migration_with_files_elsewhere_is_not_remembered(
    tmp_path: Path, migration: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    scanner = Scanner(one_driver(tmp_path, with_git=False), migration, tmp_path, monkeypatch)
    (migration / "kernel-macros.h").rename(tmp_path / "macros.h")
    (migration / "kernel-macros.h").symlink_to(tmp_path / "macros.h")
    assert [scanner.scan(capsysbinary) for _ in range(2)] == [False, False]


def test_an_unreached_site_is_tried_again(tmp_path: Path) -> None:
    top = one_driver(tmp_path)
    flag, real = tmp_path / "fails", shutil.which("spatch")
    script = f'case "$*" in *--version*) exec {real} "$@";; esac\n[ -e {flag} ] && kill -9 $$\nexec {real} "$@"'
    command, path = ("scan", "--base", "HEAD", "--format", "json", "."), put_tool(tmp_path / "bin", "spatch", script)
    flag.touch()
    assert [fencemig(top, *command, PATH=path).status for _ in range(2)] == [3, 3]
    flag.unlink()
    good = fencemig(top, *command, PATH=path)
    assert good.status == 0 and good.ledger["totals"]["unreached"] == 0
    flag.touch()
    assert fencemig(top, *command, PATH=path) == good


def test_two_runs_at_once_are_both_right(tmp_path: Path) -> None:
    top = one_driver(tmp_path)
    command = (FENCEMIG, "scan", "--base", "HEAD", "--format", "json", ".")
    good = fencemig(top, *command[1:], XDG_CACHE_HOME=str(tmp_path / "other"))
    for _ in range(2):
        with ThreadPoolExecutor(3) as pool:
            runs = list(pool.map(lambda _: subprocess.run(command, cwd=top, capture_output=True, check=True), range(3)))
        assert [run.stdout for run in runs] == [good.out] * 3


def test_a_run_that_is_killed_at_any_moment_leaves_nothing_wrong(tmp_path: Path) -> None:
    top = one_driver(tmp_path)
    command = ("scan", "--base", "HEAD", "--format", "json", ".")
    good = fencemig(top, *command)
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "fencemig"
    for pause in (0.25, 0.4, 0.55, 0.7, 0.85):
        for kind in set(Kind) - {Kind.SPATCH}:
            shutil.rmtree(cache / kind, ignore_errors=True)
        env = environment({"TMPDIR": str(tmp_path)})
        process = subprocess.Popen([FENCEMIG, *command], cwd=top, env=env, stdout=subprocess.DEVNULL)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert fencemig(top, *command) == good
