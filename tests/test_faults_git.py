# SPDX-License-Identifier: GPL-2.0-only
"""Repositories of every shape, damaged ones, and a git that goes away: it works, or one message says what to do."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import WHOLE
from helpers import add, commit, fencemig, git, one_driver, path_without, put_tool, snapshot

_FENCE = "drivers/gpu/host1x/fence.c"
_SCAN = ("scan", "--format", "json", "drivers")
_COMMANDS = {
    "scan": _SCAN,
    "scan --base": (*_SCAN, "--base", "HEAD"),
    "dry-run": ("convert", "--dry-run", "drivers"),
    "convert": ("convert", "--branch", "new", "--output", "series", "drivers"),
}
_OF_COMMITS = {"scan --base", "convert"}
_OFTEN = ("scan", "convert") if not WHOLE else tuple(_COMMANDS)
_SEED = 8


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of two commits, with loose objects. Nothing may write into it."""
    tree = one_driver(tmp_path_factory.mktemp("source"))
    add(tree, "drivers/extra.c", "int extra;\n")
    commit(tree, "Add a driver")
    git(tree, "config", "uploadpack.allowFilter", "true")
    return tree


def cloned(source: Path, folder: Path, *options: str) -> Path:
    git(folder, "clone", *options, f"file://{source}", "linux")
    return folder / "linux"


def copied(source: Path, folder: Path) -> Path:
    shutil.copytree(source, folder / "linux", symlinks=True)
    return folder / "linux"


def without(source: Path, folder: Path, name: str) -> Path:
    """A copy that lacks an object: that of HEAD:PATH, for example."""
    tree = copied(source, folder)
    found = git(tree, "rev-parse", name)
    (tree / ".git/objects" / found[:2] / found[2:]).unlink()
    return tree


def shallow(source: Path, folder: Path) -> Path:
    return cloned(source, folder, "--depth=1")


def partial(source: Path, folder: Path) -> Path:
    return cloned(source, folder, "--filter=blob:none")


def linked_worktree(source: Path, folder: Path) -> Path:
    main = copied(source, folder).rename(folder / "main")
    git(main, "worktree", "add", "--detach", str(folder / "linux"))
    return folder / "linux"


def submodule_of_another(source: Path, folder: Path) -> Path:
    git(folder, "init", "super")
    git(folder / "super", "-c", "protocol.file.allow=always", "submodule", "add", str(source), "linux")
    return folder / "super/linux"


def with_a_submodule(source: Path, folder: Path) -> Path:
    tree = cloned(source, folder)
    add(folder, "other/a.c", "/* nothing */\n")
    commit(folder / "other")
    git(tree, "-c", "protocol.file.allow=always", "submodule", "add", str(folder / "other"), "drivers/other")
    git(tree, "commit", "-m", "Add a submodule")
    return tree


def detached(source: Path, folder: Path) -> Path:
    tree = cloned(source, folder)
    git(tree, "checkout", "--detach", "HEAD~")
    return tree


def borrowing(source: Path, folder: Path) -> Path:
    git(folder, "clone", "--shared", str(source), "linux")
    return folder / "linux"


def index_locked(source: Path, folder: Path) -> Path:
    tree = copied(source, folder)
    (tree / ".git/index.lock").touch()
    return tree


def sparse(source: Path, folder: Path) -> Path:
    tree = cloned(source, folder)
    git(tree, "sparse-checkout", "set", "include", "drivers/gpu")
    return tree


def sparse_index(source: Path, folder: Path) -> Path:
    tree = cloned(source, folder)
    git(tree, "sparse-checkout", "set", "--sparse-index", "include", "drivers/gpu")
    return tree


Shape = Callable[[Path, Path], Path]
_FINE: tuple[Shape, ...] = (shallow, partial, linked_worktree, submodule_of_another, with_a_submodule, detached,
                            borrowing, index_locked, sparse, sparse_index)  # fmt: skip


def _state(folder: Path) -> dict[str, tuple[object, ...]]:
    """What is in a folder. The time of a pack is when git last had a use for it, if only to list a sparse index."""
    found = snapshot(folder)
    return {path: (kind[0], *kind[2:]) if path.endswith(".pack") else kind for path, kind in found.items()}


def run(tree: Path, command: str) -> tuple[int, str]:
    """Run a command on a tree, hold it to what always holds, and return its status and what it said."""
    before = (_state(tree), _state(tree.parent / "main"))
    done = fencemig(tree.parent, "-C", tree, *_COMMANDS[command])
    if "--branch" not in _COMMANDS[command] or done.status:
        assert (_state(tree), _state(tree.parent / "main")) == before
    assert (tree.parent / "series").exists() is (command == "convert" and done.status == 0)
    if done.status:
        assert done.out == b""
        assert done.err.startswith("fencemig: error: ")
        assert "this is a bug" not in done.err
    return done.status, done.err


@pytest.mark.parametrize("shape", _FINE, ids=lambda shape: shape.__name__)
def test_what_works_like_any_other(shape: Shape, source: Path, tmp_path: Path) -> None:
    tree = shape(source, tmp_path)
    for command in _COMMANDS if WHOLE else ("convert",):
        assert run(tree, command)[0] == 0
    assert git(tree, "log", "--format=%s", "-1", "new").startswith("dma-buf/dma-fence: Drop")


def test_a_base_that_is_no_ancestor(source: Path, tmp_path: Path) -> None:
    tree = cloned(source, tmp_path)
    git(tree, "checkout", "--orphan", "other")
    add(tree, "drivers/extra.c", "int other;\n")
    commit(tree, "Begin anew")
    done = fencemig(tmp_path, "-C", tree, "convert", "--base", "main", "--branch", "new", "drivers")
    assert done.status == 0
    assert git(tree, "merge-base", "main", "new") == git(tree, "rev-parse", "main")


def unborn(source: Path, folder: Path) -> Path:
    tree = copied(source, folder)
    git(tree, "checkout", "--orphan", "fresh")
    return tree


def lost_alternates(source: Path, folder: Path) -> Path:
    tree = borrowing(source, folder)
    (tree / ".git/objects/info/alternates").write_text(f"{folder}/gone\n")
    return tree


def sha256(source: Path, folder: Path) -> Path:
    tree = one_driver(folder, with_git=False)
    git(tree, "init", "--object-format=sha256")
    commit(tree)
    return tree


def damaged_index(source: Path, folder: Path) -> Path:
    tree = copied(source, folder)
    (tree / ".git/index").write_bytes(b"no index" * 20)
    return tree


def damaged_object(source: Path, folder: Path) -> Path:
    tree = copied(source, folder)
    found = git(tree, "rev-parse", f"HEAD:{_FENCE}")
    file = tree / ".git/objects" / found[:2] / found[2:]
    file.chmod(0o644)
    file.write_bytes(b"no object")
    return tree


def partial_and_cut_off(source: Path, folder: Path) -> Path:
    """Without the files, and with no way to ask for them; those on disk are those of another commit."""
    tree = cloned(source, folder, "--filter=blob:none", "--no-checkout")
    git(tree, "checkout", "HEAD~", "--", ".")
    add(folder, "gone/README", "")
    git(tree, "remote", "set-url", "origin", f"file://{folder}/gone")
    add(tree, _FENCE, (tree / _FENCE).read_text() + "\n")
    blob = git(tree, "rev-parse", f"HEAD:{_FENCE}")
    for pack in (tree / ".git/objects/pack").glob("*"):
        pack.rename(folder / "gone" / pack.name)
    for pack in (folder / "gone").glob("*.pack"):
        git(tree, "unpack-objects", "-q", stdin=pack.read_bytes())
    (tree / ".git/objects" / blob[:2] / blob[2:]).unlink()
    return tree


_DAMAGED: dict[str, tuple[Shape, str]] = {
    "unborn branch": (unborn, "commit the tree first"),
    "lost alternates": (lost_alternates, "git fsck"),
    "SHA-256": (sha256, "SHA-256"),
    "damaged index": (damaged_index, "git fsck"),
    "damaged object": (damaged_object, "lacks"),
    "missing file": (lambda source, folder: without(source, folder, f"HEAD:{_FENCE}"), "lacks"),
    "missing folder": (lambda source, folder: without(source, folder, "HEAD:drivers/gpu"), "git fsck"),
    "missing parent": (lambda source, folder: without(source, folder, "HEAD~"), "git fsck"),
    "missing commit": (lambda source, folder: without(source, folder, "HEAD"), "git fsck"),
    "partial and cut off": (partial_and_cut_off, "lacks"),
}


@pytest.mark.parametrize("name", _DAMAGED)
def test_what_is_damaged_is_named_and_the_files_on_disk_can_be_read(name: str, source: Path, tmp_path: Path) -> None:
    shape, words = _DAMAGED[name]
    tree = shape(source, tmp_path)
    for command in _OFTEN:
        status, said = run(tree, command)
        if command in _OF_COMMITS:
            assert (status, len(said.splitlines())) == (2, 1), said
            assert words in said
        else:
            assert status == 0, said


def bare(source: Path, folder: Path) -> Path:
    return cloned(source, folder, "--bare")


def without_the_header(source: Path, folder: Path) -> Path:
    tree = cloned(source, folder)
    git(tree, "sparse-checkout", "set", "drivers/gpu")
    return tree


def test_bare_repositories_and_missing_headers_are_named(source: Path, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    for command in _OFTEN:
        status, said = run(bare(source, tmp_path / "bare") if command == "scan" else tmp_path / "bare/linux", command)
        assert status == 2
        assert "git worktree add" in said
    tree = without_the_header(source, tmp_path)
    status, said = run(tree, "scan")
    assert status == 2
    assert "--base HEAD" in said
    assert run(tree, "convert")[0] == 0


def test_the_repository_of_somebody_else_is_not_read(source: Path, tmp_path: Path) -> None:
    real = shutil.which("git")
    path = put_tool(tmp_path / "bin", "git", f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"')
    tree = copied(source, tmp_path)
    before = snapshot(tree)
    for command in _COMMANDS if WHOLE else ("scan",):
        done = fencemig(tmp_path, "-C", tree, *_COMMANDS[command], PATH=path)
        assert (done.status, done.out) == (2, b"")
        assert "git config --global --add safe.directory" in done.err
    assert snapshot(tree) == before


# A git that goes away, or is killed, at each time that it is called.


@pytest.mark.parametrize("fault", ["missing from then on", "killed"])
def test_a_git_that_fails_half_way(fault: str, source: Path, tmp_path: Path) -> None:
    tree = copied(source, tmp_path)
    bin_folder, calls = tmp_path / "bin", tmp_path / "calls"
    path = path_without(bin_folder, "git")
    real = shutil.which("git")
    before = snapshot(tree / ".git/refs"), snapshot(tree / "drivers"), (tree / ".git/index").read_bytes()

    def convert(failing: int) -> tuple[int, str, int]:
        calls.write_text("")
        act = (
            f'{shutil.which("rm")} {bin_folder}/git; exec {real} "$@"' if fault.startswith("missing") else "kill -9 $$"
        )
        put_tool(
            bin_folder,
            "git",
            f"echo call >>{calls}; n=0; while read -r line; do n=$((n + 1)); done <{calls}\n"
            f'[ $n -ne {failing} ] || {{ {act}; }}\nexec {real} "$@"',
        )
        done = fencemig(tmp_path, "-C", tree, *_COMMANDS["convert"], PATH=path)
        return done.status, done.err, len(calls.read_text().split())

    status, said, count = convert(0)
    assert status == 0, said
    git(tree, "update-ref", "-d", "refs/heads/new")
    shutil.rmtree(tree / ".git/logs/refs/heads/new", ignore_errors=True)
    (tree / ".git/logs/refs/heads/new").unlink(missing_ok=True)
    shutil.rmtree(tmp_path / "series")
    before = snapshot(tree / ".git/refs"), snapshot(tree / "drivers"), (tree / ".git/index").read_bytes()
    last = count - 1 if fault.startswith("missing") else count
    for failing in range(1, last + 1) if WHOLE else sorted(random.Random(_SEED).sample(range(1, last + 1), 3)):
        status, said, _ = convert(failing)
        assert status in (1, 2), (failing, said)
        assert said.startswith("fencemig: error: "), (failing, said)
        assert "this is a bug" not in said, (failing, said)
        assert not (tmp_path / "series").exists()
        assert (snapshot(tree / ".git/refs"), snapshot(tree / "drivers"), (tree / ".git/index").read_bytes()) == before
