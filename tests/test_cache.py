# SPDX-License-Identifier: GPL-2.0-only
"""The cache: what it keeps comes back as it was or not at all, and nothing about it ever fails a run."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers import add, commit, driver, fencemig, one_driver, put_tool, small_kernel, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from fencemig.system.cache import Cache, Kind, Size, total
from fencemig.system.spatch import Spatch, find_spatch

KEY, OTHER = "ab" * 32, "cd" * 32
KIND = Kind.SPATCH
HOST1X = "drivers/gpu/host1x"

pytestmark = pytest.mark.usefixtures("own_cache")


def the_file(cache: Cache) -> Path:
    """The one file that a cache consists of."""
    (file,) = (path for path in cache.folder.rglob("*") if path.is_file())
    return file


# --- what is kept ------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.dictionaries(st.text("0123456789abcdef", min_size=64, max_size=64), st.binary(), max_size=5))
def test_what_is_put_comes_back(values: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        for key, value in values.items():
            cache.put(KIND, key, b"what was there before")
            cache.put(KIND, key, value)
        assert {key: Cache(Path(folder)).get(KIND, key) for key in values} == values
        assert total(cache.sizes().values()).entries == len(values)


def test_what_was_never_put_is_not_there(tmp_path: Path) -> None:
    assert Cache(tmp_path / "nowhere").get(KIND, KEY) is None
    assert total(Cache(tmp_path / "nowhere").sizes().values()) == Size(0, 0)
    assert not (tmp_path / "nowhere").exists()


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 255))
def test_an_entry_with_any_wrong_byte_is_none_and_is_replaced(place: int, flip: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        cache.put(KIND, KEY, b"value" * 100)
        file = the_file(cache)
        whole = file.read_bytes()
        file.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
        assert cache.get(KIND, KEY) is None
        file.write_bytes(whole[:place])
        assert cache.get(KIND, KEY) is None
        cache.put(KIND, KEY, b"value")
        assert cache.get(KIND, KEY) == b"value"


def test_an_entry_in_the_place_of_another_is_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KIND, KEY, b"value")
    file = the_file(cache)
    cache.put(KIND, OTHER, b"other")
    next(path for path in tmp_path.rglob("*") if path.is_file() and path != file).replace(file)
    assert cache.get(KIND, KEY) is None


def test_what_was_used_least_recently_goes(tmp_path: Path) -> None:
    values = {f"{number:064x}": os.urandom(1000) for number in range(40)}
    cache = Cache(tmp_path, limit=20_000)
    favourite = next(iter(values))
    for number, (key, value) in enumerate(values.items()):
        cache.put(KIND, key, value)
        for path in tmp_path.rglob("*"):  # a second goes by
            if path.is_file():
                os.utime(path, (path.stat().st_atime - 1, path.stat().st_mtime - 1))
        assert cache.get(KIND, favourite) is not None, number
    assert total(cache.sizes().values()).bytes <= 20_000 + 20_000 // 16 + 1100
    kept = [key for key in values if cache.get(KIND, key) == values[key]]
    assert kept == [favourite, *list(values)[-len(kept) + 1 :]]
    assert 15 < len(kept) < 22


def test_the_limit_is_for_all_kinds_together(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=20_000)
    for number in range(60):
        cache.put(list(Kind)[number % len(Kind)], f"{number:064x}", os.urandom(1000))
    sizes = cache.sizes()
    assert total(sizes.values()).bytes <= 20_000 + 20_000 // 16 + 1100
    assert max(size.entries for size in sizes.values()) - min(size.entries for size in sizes.values()) <= 1
    assert cache.get(list(Kind)[58 % len(Kind)], f"{59:064x}") is None  # each kind has its own keys
    assert cache.get(list(Kind)[59 % len(Kind)], f"{59:064x}") is not None


def test_drafts_of_killed_runs_go_but_not_those_of_others(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KIND, KEY, b"value")
    folder = the_file(cache).parent
    (folder / ".old").write_bytes(b"half")
    (folder / ".new").write_bytes(b"half")
    os.utime(folder / ".old", (time.time() - 7200,) * 2)
    assert total(cache.sizes().values()).entries == 1
    Cache(tmp_path).put(KIND, OTHER, b"other")
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == [".new"]
    assert cache.get(KIND, KEY) == b"value"


# --- what may be in the way --------------------------------------------------------------------------------------


def test_a_file_where_the_folder_should_be_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    cache = Cache(tmp_path / "taken")
    cache.put(KIND, KEY, b"value")
    assert cache.get(KIND, KEY) is None
    assert total(cache.sizes().values()) == cache.clear() == Size(0, 0)
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_folder_where_an_entry_should_be_is_no_failure(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KIND, KEY, b"value")
    file = the_file(cache)
    file.unlink()
    (file / "deeper").mkdir(parents=True)
    cache.put(KIND, KEY, b"value")
    assert cache.get(KIND, KEY) is None
    assert [path.name for path in file.parent.iterdir()] == [file.name]  # the draft is gone


def test_many_threads_and_processes_share_a_cache(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from fencemig.system.cache import Cache, Kind
KIND = Kind.SEARCHES
cache = Cache(Path(sys.argv[1]), limit=3000)
for number in range(300):
    key = f"{number % 7:064x}"
    assert cache.get(KIND, key) in (None, key.encode() * 20)
    cache.put(KIND, key, key.encode() * 20)
    if number % 50 == 0:
        cache.clear()
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: subprocess.run(command, capture_output=True, check=False), range(3)))
    assert [run.stderr for run in done] == [b"", b"", b""]


def test_a_killed_process_leaves_nothing_that_is_taken_for_a_value(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from fencemig.system.cache import Cache, Kind
cache = Cache(Path(sys.argv[1]))
print("go", flush=True)
while True:
    cache.put(Kind.SPATCH, "ab" * 32, b"1" * 3_000_000)
"""
    cache = Cache(tmp_path)
    for pause in (0.0, 0.01, 0.02, 0.03):
        process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None and process.stdout.readline() == b"go\n"
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert cache.get(KIND, KEY) in (None, b"1" * 3_000_000)


# --- spatch ------------------------------------------------------------------------------------------------------

RENAME = "@r@\n@@\n-foo\n+bar\n (...)\n"
_REAL = f'exec {shutil.which("spatch")} "$@"'
TEXT = b"void f(void)\n{\n\tfoo();\n}\n"


def counting(folder: Path, then: str) -> str:
    """A PATH with a spatch that leaves a line for each run on a file, and then does something."""
    run = f'case "$*" in *--version*) {_REAL};; esac\necho run >>{folder}/runs\n{then}'
    return put_tool(folder, "spatch", run)


def runs(folder: Path) -> int:
    """How often the counting spatch was asked."""
    return (folder / "runs").read_text().count("run") if (folder / "runs").exists() else 0


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spatch:
    """The real spatch, counted."""
    monkeypatch.setenv("PATH", counting(tmp_path / "bin", _REAL))
    return find_spatch()


def test_the_same_question_is_asked_once(counted: Spatch, tmp_path: Path) -> None:
    rule, macros = tmp_path / "r.cocci", tmp_path / "macros.h"
    rule.write_text(RENAME)
    macros.write_text("")
    first = counted.rewrite(TEXT, rule, macros, 60)
    assert first.text == TEXT.replace(b"foo", b"bar")
    assert [counted.rewrite(TEXT, rule, macros, timeout) for timeout in (60, 30)] == [first, first]
    assert runs(tmp_path / "bin") == 1
    (tmp_path / "elsewhere.cocci").write_text(RENAME)  # its content counts, not its name
    assert counted.rewrite(TEXT, tmp_path / "elsewhere.cocci", macros, 60) == first
    assert runs(tmp_path / "bin") == 1


def test_everything_that_a_result_depends_on_makes_it_another_question(counted: Spatch, tmp_path: Path) -> None:
    rule, macros = tmp_path / "r.cocci", tmp_path / "macros.h"
    rule.write_text(RENAME)
    macros.write_text("")
    counted.rewrite(TEXT, rule, macros, 60)
    counted.rewrite(TEXT + b"\n", rule, macros, 60)
    assert runs(tmp_path / "bin") == 2
    macros.write_text("#define nothing(x)\n")
    counted.rewrite(TEXT, rule, macros, 60)
    assert runs(tmp_path / "bin") == 3
    rule.write_text(RENAME.replace("bar", "baz"))
    assert counted.rewrite(TEXT, rule, macros, 60).text == TEXT.replace(b"foo", b"baz")
    assert runs(tmp_path / "bin") == 4


def test_another_spatch_of_the_same_version_is_asked_itself(
    counted: Spatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = tmp_path / "r.cocci"
    rule.write_text(RENAME)
    counted.rewrite(TEXT, rule, None, 60)
    for folder, script in (("other", "true"), ("bin", "true")):  # at another place, and in the place of the first
        monkeypatch.setenv("PATH", counting(tmp_path / folder, script))
        assert find_spatch().rewrite(TEXT, rule, None, 60).text == TEXT


def test_another_standard_iso_is_another_spatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is where spatch says that it was installed, and is read unasked."""
    told = f"echo spatch version 1.1.1; echo Flags: --prefix=/nowhere --libdir={tmp_path}/lib --enable-python"
    monkeypatch.setenv("PATH", put_tool(tmp_path / "bin", "spatch", told))
    identities = [find_spatch().identity]
    for name, text in (("standard.iso", "one"), ("standard.iso", "two"), ("standard.h", "one")):
        add(tmp_path / "lib/coccinelle", name, text)
        identities.append(find_spatch().identity)
    assert len(set(identities)) == 4


@pytest.mark.parametrize("fault", ["sleep 30", "kill -9 $$", "echo half; exit 1", "rm -f file.c"])
def test_only_what_ended_well_is_kept(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = tmp_path / "r.cocci"
    rule.write_text(RENAME)
    monkeypatch.setenv("PATH", counting(tmp_path / "bin", fault))
    spatch = find_spatch()
    for _ in range(2):
        assert spatch.rewrite(TEXT, rule, None, 0.3).complaint
    assert runs(tmp_path / "bin") == 2


# --- the program -------------------------------------------------------------------------------------------------


def test_a_second_run_asks_nothing_and_a_changed_file_alone(own_cache: Path, tmp_path: Path) -> None:
    tree = small_kernel(tmp_path)
    path = counting(tmp_path / "bin", _REAL)
    cold = fencemig(tree, "scan", "--format", "json", ".", PATH=path)
    asked = runs(tmp_path / "bin")
    assert cold.status == 0 and asked > 1
    assert fencemig(tree, "scan", "--format", "json", "-j", "1", ".", PATH=path) == cold
    assert runs(tmp_path / "bin") == asked
    add(tree, "drivers/gpu/finch.c", driver("\tdma_fence_signal(f);\n"))
    commit(tree)
    fencemig(tree, "scan", ".", PATH=path)
    assert runs(tmp_path / "bin") == asked + 1
    for base in ("HEAD~1", "HEAD"):
        fencemig(tree, "scan", "--base", base, ".", PATH=path)
    assert runs(tmp_path / "bin") == asked + 1
    for file in list(own_cache.rglob("*")):
        if file.is_file():
            file.write_bytes(b"damaged")
    git_now = fencemig(tree, "scan", "--format", "json", "--base", "HEAD~1", ".", PATH=path)
    assert git_now.ledger["sites"] == cold.ledger["sites"]


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(own_cache: Path, tmp_path: Path) -> None:
    tree = one_driver(tmp_path, with_git=False)
    good = fencemig(tree, "scan", "--format", "json", HOST1X)
    (tmp_path / "file").write_text("")
    for where in (tmp_path / "file", Path("/proc/nowhere")):
        assert fencemig(tree, "scan", "--format", "json", HOST1X, XDG_CACHE_HOME=str(where)) == good


def test_the_command_shows_and_clears(own_cache: Path, tmp_path: Path) -> None:
    tree = one_driver(tmp_path)
    before = snapshot(tree)
    assert fencemig(tmp_path, "cache").out.decode().splitlines() == [
        f"folder    {own_cache.parent}",
        "spatch    0 entries, 0.0 MB",
        "files     0 entries, 0.0 MB",
        "searches  0 entries, 0.0 MB",
        "ledgers   0 entries, 0.0 MB",
        "in all    0 entries, 0.0 MB, at most 256 MB",
    ]
    fencemig(tree, "scan", "--base", "HEAD", HOST1X)
    files = [path for path in own_cache.parent.rglob("*") if path.is_file()]
    shown = fencemig(tmp_path, "cache", "--show")
    assert shown.status == 0
    counts = dict(line.split()[:2] for line in shown.out.decode().splitlines())
    assert all(int(counts[kind]) > 0 for kind in ("spatch", "files", "searches", "ledgers"))
    assert int(shown.out.split()[shown.out.split().index(b"all") + 1]) == len(files)
    neighbour = own_cache.parent / "verify" / "kept"
    neighbour.parent.mkdir()
    neighbour.write_text("")
    cleared = fencemig(tmp_path, "cache", "--clear")
    assert (cleared.status, cleared.out) == (0, b"")
    assert f"removed {len(files)} entries" in cleared.err
    assert [path for path in own_cache.parent.rglob("*") if path.is_file()] == [neighbour]
    assert snapshot(tree) == before
