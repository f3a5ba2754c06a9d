# SPDX-License-Identifier: GPL-2.0-only
"""What is large is kept for the texts of last use, and as long as somebody holds it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import pytest

from fencemig import syntax
from fencemig.pool import Pool

_LIMIT = 10_000


def text(number: int) -> bytes:
    return b"%1000d" % number


@pytest.fixture
def made() -> list[bytes]:
    return []


@pytest.fixture
def pool(made: list[bytes]) -> Pool[list[bytes]]:
    def make(text: bytes) -> list[bytes]:
        made.append(text)
        return [text]

    return Pool(make, _LIMIT)


def test_the_texts_of_last_use_are_kept(pool: Pool[list[bytes]], made: list[bytes]) -> None:
    for number in range(30):
        assert pool.get(text(number)) == [text(number)]
        pool.get(text(0))
    for number in (*range(22, 30), 0):
        pool.get(text(number))
    assert made == [text(number) for number in range(30)]


def test_older_ones_are_made_anew(pool: Pool[list[bytes]], made: list[bytes]) -> None:
    for number in (*range(11), 0):
        assert pool.get(text(number)) == [text(number)]
    assert made == [text(number) for number in (*range(11), 0)]


@pytest.mark.parametrize("size", [1, 100, 1000, 3000, 20_000])
def test_it_stays_bounded_for_texts_of_any_size(size: int) -> None:
    alive: set[int] = set()

    class Tree:
        def __init__(self, text: bytes) -> None:
            alive.add(id(self))

        def __del__(self) -> None:
            alive.discard(id(self))

    pool = Pool(Tree, _LIMIT)
    for number in range(100):
        pool.get(b"%d" % number + bytes(size))
        assert len(alive) * size <= max(_LIMIT, size)
    assert 0 < len(alive) <= 10


def test_what_somebody_holds_stays_the_same(pool: Pool[list[bytes]], made: list[bytes]) -> None:
    held = pool.get(text(0))
    for number in range(1, 30):
        pool.get(text(number))
    assert pool.get(text(0)) is held
    del held
    for number in range(30, 60):
        pool.get(text(number))
    pool.get(text(0))
    assert made.count(text(0)) == 2


def test_one_tree_for_all_who_hold_a_node_of_it() -> None:
    """Nodes of two trees never are equal, so whoever compares nodes relies on this."""
    source = b"int f(void) { return g(); }"
    call = next(syntax.calls(syntax.parse(source)))
    for number in range(40):
        syntax.parse(b"int a = %d;\n" % number + b" " * (200 << 10))
    assert next(syntax.calls(syntax.parse(source))) == call


def test_threads_that_ask_at_once_get_the_same(pool: Pool[list[bytes]], made: list[bytes]) -> None:
    ask: Callable[[bytes], list[bytes]] = pool.get
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, repeat(text(0), 200)))
    assert made == [text(0)]
    assert all(one is found[0] for one in found)
