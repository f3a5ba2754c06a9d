# SPDX-License-Identifier: GPL-2.0-only
"""A spatch that fails in every way: its sites are unreached, or the run is refused, and no patch is made of it."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from faults import WHOLE
from helpers import fencemig, one_driver, path_without, put_tool, snapshot

_REAL = shutil.which("spatch")
# What becomes of "$file", and what is said about it.
_FAULTS = {
    "killed": ("kill -9 $$", "was killed by signal 9"),
    "segmentation fault": ("kill -11 $$", "was killed by signal 11"),
    "exception": ("echo 'Fatal error: exception Not_found' >&2; exit 2", "exception Not_found"),
    "hanging": ("sleep 300", "took longer than 2 s"),
    "hanging with a child": ("trap '' TERM; sleep 300 & wait; wait", "took longer than 2 s"),
    "garbage": ("head -c 4096 /dev/urandom; exit 0", ""),
    "half of what it says": ('$real "$@" | head -c 150; exit 0', ""),
    "says nothing": ('$real "$@" >/dev/null; exit 0', ""),
    "empty file": (': >"$file"; exit 0', ""),
    "says all, and an empty file": ('$real "$@"; : >"$file"; exit 0', ""),
    "half a file": ('$real "$@"; head -c -300 "$file" >half; mv half "$file"; exit 0', "nothing to change"),
    "another file": ('$real "$@"; head -c 3000 /dev/urandom >"$file"; exit 0', ""),
    "no file": ('$real "$@"; rm "$file"; exit 0', ""),
    "a folder for a file": ('$real "$@"; rm "$file"; mkdir "$file"; exit 0', ""),
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return one_driver(tmp_path_factory.mktemp("kernel"))


def broken(folder: Path, fault: str) -> str:
    """A PATH with a spatch that knows its version and nothing else."""
    script = f"real={_REAL}\ncase $* in *--version*) exec $real --version ;; esac\n"
    script += f"for one; do case $one in *.c) file=$one ;; esac; done\n{fault}"
    return put_tool(folder, "spatch", script)


@pytest.fixture(scope="module")
def good(kernel: Path) -> Counter[str]:
    """The sites of the kernel, by id."""
    return Counter(site["id"] for site in fencemig(kernel, "scan", "--format", "json", "drivers").ledger["sites"])


@pytest.mark.parametrize("fault", _FAULTS)
def test_a_broken_spatch_reaches_nothing(
    fault: str, kernel: Path, good: Counter[str], tmp_path: Path, own_cache: Path
) -> None:
    script, words = _FAULTS[fault]
    path = broken(tmp_path / "bin", script)
    before = snapshot(kernel)
    scanned = fencemig(kernel, "scan", "--timeout", "2", "--format", "json", "drivers", PATH=path)
    assert scanned.status == 3, scanned
    assert words in scanned.err
    sites = scanned.ledger["sites"]
    assert Counter(site["id"] for site in sites) == good
    assert Counter(site["verdict"] for site in sites)["unreached"] == 3
    assert all(site["after"] is None for site in sites)
    if WHOLE or fault in ("killed", "says nothing", "half a file"):
        options = ("--timeout", "2", "--output", tmp_path / "series", "drivers")
        converted = fencemig(kernel, "convert", *options, PATH=path)
        assert (converted.status, converted.out) == (3, b""), converted
        assert not (tmp_path / "series").exists()
    assert snapshot(kernel) == before
    assert fencemig(kernel, "scan", "--format", "json", "drivers").status == 0  # nothing of it is remembered


def test_a_spatch_that_goes_away_half_way(kernel: Path, tmp_path: Path, own_cache: Path) -> None:
    path = path_without(tmp_path / "bin", "spatch")
    gone = f"case $* in *--sp-file*) {shutil.which('rm')} {tmp_path}/bin/spatch ;; esac"
    put_tool(tmp_path / "bin", "spatch", f'{gone}\nexec {_REAL} "$@"')
    before = snapshot(kernel)
    done = fencemig(kernel, "convert", "--output", tmp_path / "series", "drivers", PATH=path)
    assert done.status == 1
    assert "spatch cannot be started: No such file or directory" in done.err
    assert "this is a bug" not in done.err
    assert not (tmp_path / "series").exists()
    assert snapshot(kernel) == before
