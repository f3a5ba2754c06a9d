# SPDX-License-Identifier: GPL-2.0-only
"""What verify needs is told before it starts, and its many processes come to an end."""

import threading
from pathlib import Path

import pytest
from helpers import small_kernel

from fencemig import proof
from fencemig.errors import UserError
from fencemig.proof.parallel import in_parallel
from fencemig.system import kernel
from fencemig.system.needs import missing_for
from fencemig.verify.model import Level


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any program."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("bare")
def test_a_level_needs_what_those_before_it_need_and_more() -> None:
    needed = [{one.name for one in missing_for(level) if one.needed} for level in Level]
    assert needed[0] == set()
    assert needed[0] < needed[1] < needed[2] <= needed[3] <= needed[4]
    assert {"flex", "bison", "bc", "make", "gcc", "perl"} <= needed[3]
    assert {one.name for one in missing_for(Level.BUILD) if not one.needed} >= {"sparse", "ccache"}


def test_the_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = kernel.open_tree(small_kernel(tmp_path), "HEAD")
    monkeypatch.setenv("PATH", str(tmp_path))
    proof.refuse_missing(Level.APPLY, tree)
    with pytest.raises(UserError, match=r"apt-get install .*bison.*flex"):
        proof.refuse_missing(Level.SYNTAX, tree)


def test_user_mode_linux_needs_its_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = kernel.open_tree(small_kernel(tmp_path), "HEAD")
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(UserError, match=r"riscv64.*--level build"):
        proof.refuse_missing(Level.KUNIT, tree)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    with pytest.raises(UserError, match=r"Kconfig|apt-get"):
        proof.refuse_missing(Level.KUNIT, tree)


def test_a_part_of_a_kernel_cannot_be_compiled(tmp_path: Path) -> None:
    tree = kernel.open_tree(small_kernel(tmp_path), "HEAD")
    proof.refuse_missing(Level.STYLE, tree)
    with pytest.raises(UserError, match=r"Kconfig|apt-get"):
        proof.refuse_missing(Level.BUILD, tree)


def test_results_are_in_order_and_the_end_of_each_is_told() -> None:
    gate = threading.Event()

    def work(number: int) -> int:
        if number == 3:
            gate.set()
        assert gate.wait(10)  # the first ends only after the last began
        return number * 10

    told: list[tuple[int, int]] = []
    assert in_parallel(work, [1, 2, 3], 3, lambda done, item: told.append((done, item))) == [10, 20, 30]
    assert told == [(1, 1), (2, 2), (3, 3)]


def test_an_exception_ends_what_has_not_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        in_parallel(work, range(200), 1, lambda done, item: None)
    assert len(begun) < 200
