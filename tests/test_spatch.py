# SPDX-License-Identifier: GPL-2.0-only
"""spatch as a guest: it has a folder and some memory, and no more."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import PROJECT, put_tool

from fencemig.migration import load_migration
from fencemig.model import Verdict
from fencemig.pipeline import Request, survey
from fencemig.system.kernel import open_tree
from fencemig.system.process import run
from fencemig.system.spatch import Spatch, find_spatch

MIGRATION = load_migration(PROJECT / "semantic_patches/dma_fence_signal")
TREE = PROJECT / "kernel_fixtures/tree/void"
ASKED = 'case "$*" in *--version*) echo spatch version 1.1.1; exit;; esac\n'


def stand_in(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Spatch:
    """What find_spatch() finds is this script."""
    monkeypatch.setenv("PATH", put_tool(folder / "bin", "spatch", ASKED + script))
    return replace(find_spatch(), cache=None)


def test_its_temporary_files_are_in_our_folder_and_go_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it is killed, and cannot remove them itself."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    spatch = stand_in('mktemp; echo "$TMPDIR"; sleep 30', tmp_path, monkeypatch)
    left = spatch.rewrite(b"int a;\n", tmp_path / "bin/spatch", None, 0.5)
    made, told = left.output.decode().split()
    assert Path(made).parent == Path(told)
    assert Path(told).is_relative_to(place)
    assert "longer than" in left.complaint
    assert list(place.iterdir()) == []


GREEDY = """exec /usr/bin/env python3 -c '
import os
try:
    bytearray(1 << 28)
except MemoryError:
    os.write(2, b"Fatal error: out of memory\\n")
    os.abort()
'"""


def test_a_process_gets_no_more_memory_than_its_share(tmp_path: Path) -> None:
    put_tool(tmp_path, "greedy", GREEDY)
    assert run([str(tmp_path / "greedy")], timeout=60, check=False).status == 0
    assert run([str(tmp_path / "greedy")], timeout=60, memory=1 << 27, check=False).status < 0


def test_who_needs_more_memory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fencemig.system.spatch.MEMORY", 1 << 27)
    spatch = stand_in(GREEDY, tmp_path, monkeypatch)
    path = "drivers/dma-buf/sw_sync.c"
    assert (TREE / path).is_file()
    found = survey(Request(open_tree(TREE, None), MIGRATION, spatch, (path,), 1, 60, lambda *_: None))
    unreached = [site for site in found.sites if site.verdict is Verdict.UNREACHED]
    assert unreached and {site.path for site in unreached} == {path}
    assert all(site.reason == "spatch needed more than 0.125 GiB of memory" for site in unreached)
    assert not found.changes


@pytest.mark.parametrize("use", ["sizeof(finch_t *[3])", "((finch_t (*)(int))c)"])
def test_a_type_that_only_another_function_tells_is_no_loss(use: str, tmp_path: Path) -> None:
    """The one that shows it to be a type is not shown at first: then all is."""
    text = (
        "static int other(void)\n{\n\tfinch_t a;\n\n\treturn use(&a);\n}\n\n"
        f"void finch(struct dma_fence *f)\n{{\n\tint b = {use};\n\n\tdma_fence_signal(f);\n}}\n"
    )
    (tmp_path / "include/linux").mkdir(parents=True)
    for name in ("MAINTAINERS", "Kbuild", "include/linux/dma-fence.h"):
        (tmp_path / name).write_bytes((TREE / name).read_bytes())
    (tmp_path / "finch.c").write_text(text)
    found = survey(Request(open_tree(tmp_path, None), MIGRATION, find_spatch(), ("finch.c",), 1, 60, lambda *_: None))
    assert [site.verdict for site in found.sites] == [Verdict.CONVERT]
    (change,) = found.changes
    assert change.after.decode() == text.replace("signal(f)", "signal(f, 0)")
