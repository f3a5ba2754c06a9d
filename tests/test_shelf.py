# SPDX-License-Identifier: GPL-2.0-only
"""What is put on a shelf comes back, from memory or from the file, and memory holds little of it."""

import errno
import os
import resource
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencemig.model import Site, Verdict
from fencemig.system import shelf
from fencemig.system.collected import Rows
from fencemig.system.shelf import ByPath, Shelf

_ODD = os.fsdecode(b"drivers/latin-\xe9:1\n.c")


@pytest.fixture(params=[1, 100, 8 << 20], ids=["all in a file", "most in a file", "all in memory"])
def in_memory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many bytes stay in memory."""
    monkeypatch.setattr(shelf, "_IN_MEMORY", request.param)
    monkeypatch.setattr(shelf, "_AT_HAND", 3)
    return int(request.param)


def test_everything_comes_back_in_any_order(in_memory: int) -> None:
    things = Shelf[list[int]]()
    slots = [things.put(list(range(number))) for number in range(50)]
    assert len(things) == 50
    for number in (49, 0, 7, 7, 8, 49, 30, 0):
        assert slots[number]() == list(range(number))
    later = things.put([-1])
    assert (later(), slots[48](), len(things)) == ([-1], list(range(48)), 51)


def test_threads_put_and_fetch_at_once(in_memory: int) -> None:
    things = Shelf[bytes]()

    def put(number: int) -> bool:
        text = b"%d," % number * (number % 97)
        slot = things.put(text)
        return slot() == text and slot() == text

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(put, range(2000)))
    assert sorted(things.fetch(number) for number in range(2000)) == sorted(b"%d," % n * (n % 97) for n in range(2000))


@given(st.dictionaries(st.text(), st.binary()))
def test_what_is_by_path_is_a_mapping(found: dict[str, bytes]) -> None:
    kept = ByPath[bytes]()
    for path, value in found.items():
        kept.add(path, value)
    assert (dict(kept), list(kept), len(kept), bool(kept.values())) == (found, list(found), len(found), bool(found))
    assert "no such path" in kept or kept.get("no such path") is None


def row(path: str, number: int) -> Site:
    """A row of a ledger, which tells nothing."""
    return Site(
        f"{path}:f:signal#{number}", path, number, 1, "f", "signal", Verdict.KEEP, None, "signal(f)", None, None, "", ""
    )


@given(st.dictionaries(st.sampled_from(["a.c", "b/a.c", _ODD]), st.integers(0, 5)))
def test_rows_are_all_the_sites_of_all_files(counts: dict[str, int]) -> None:
    by_file = [[row(path, number) for number in range(count)] for path, count in counts.items()]
    rows = Rows(by_file)
    flat = [site for of_file in by_file for site in of_file]
    assert (list(rows), len(rows), bool(rows)) == (flat, len(flat), bool(flat))
    assert list(rows) == flat, "twice is the same"
    assert list(rows.by_file()) == [of_file for of_file in by_file if of_file]
    assert all(site in rows for site in flat)
    assert row("elsewhere.c", 1) not in rows
    assert list(rows.of("elsewhere.c")) == []


def test_memory_holds_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_IN_MEMORY", 1 << 20)
    things = Shelf[bytes]()
    tracemalloc.start()
    try:
        for number in range(200):
            things.put(b"%d" % number + bytes(100_000))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 8_000_000 < 200 * 100_000
    assert things.fetch(17)[:3] == b"17\0"


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may become larger than a megabyte, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_an_error_and_no_loss(small_files: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_IN_MEMORY", 1)
    things = Shelf[bytes]()
    first = things.put(b"first")
    with pytest.raises(OSError) as caught:
        things.put(bytes(4 << 20))
    assert caught.value.errno == errno.EFBIG
    assert (first(), len(things)) == (b"first", 1)
    assert things.put(b"second")() == b"second"
    assert things.fetch(0) == b"first"
