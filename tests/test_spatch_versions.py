# SPDX-License-Identifier: GPL-2.0-only
"""A newer spatch: what it makes of all fixtures is what spatch 1.1.1 makes of them, and what is different is known.

With WHOLE in the environment for both generations.
"""

import os
import shutil
from pathlib import Path

import pytest
from conftest import PROJECT, KernelTree
from helpers import add, driver, fencemig, put_tool

RULES = PROJECT / "kernel_fixtures/rules"


def _with_all_fixtures(tree: Path) -> Path:
    for path in RULES.glob("*/*.c"):
        if not path.name.endswith(".expected.c"):
            copy = tree / "drivers/gpu/drm" / path.parent.name / path.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    return tree


@pytest.mark.parametrize("generation", ["void", "int"] if os.environ.get("WHOLE") else ["void"])
def test_all_fixtures_come_out_the_same(spatch_1_3: Path, kernel_tree: KernelTree, generation: str) -> None:
    tree = _with_all_fixtures(kernel_tree(generation, git=False))
    paths = (os.environ["PATH"], f"{spatch_1_3}:{os.environ['PATH']}")
    with_1_1, with_1_3 = (fencemig(tree, "convert", "--dry-run", ".", PATH=path) for path in paths)
    assert with_1_1.out.count(b"\n+") > 100
    assert with_1_3.out.decode("latin-1") == with_1_1.out.decode("latin-1")
    assert (with_1_3.status, with_1_1.status) == (0, 0)
    ledgers = [fencemig(tree, "scan", ".", "--format", "json", PATH=path).ledger for path in paths]
    assert [ledger["tool"]["spatch"] for ledger in ledgers] == ["1.1.1", "1.3"]
    assert ledgers[0]["sites"] == ledgers[1]["sites"]


def test_a_word_of_cxx_is_no_name_for_1_3(spatch_1_3: Path, kernel_tree: KernelTree) -> None:
    tree = kernel_tree(git=False)
    add(tree, "drivers/gpu/drm/not.c", driver("\tint not = 0;\n\n\tdma_fence_signal(f);\n\tnot++;\n"))
    newer = fencemig(tree, "scan", "drivers/gpu/drm/not.c", PATH=f"{spatch_1_3}:{os.environ['PATH']}")
    assert newer.status == 3
    assert "spatch: parse error in line" in newer.err
    assert "around 'not'" in newer.err
    assert fencemig(tree, "scan", "drivers/gpu/drm/not.c").status == 0


def test_a_version_that_was_never_tried_is_told(kernel_tree: KernelTree, tmp_path: Path) -> None:
    script = (
        'case $1 in --version) echo "spatch version 2.0 compiled with OCaml version 5.2.0";; *) exec {} "$@";; esac'
    )
    path = put_tool(tmp_path / "bin", "spatch", script.format(shutil.which("spatch")))
    run = fencemig(kernel_tree(git=False), "scan", "drivers/gpu", PATH=path)
    assert run.status == 0
    assert "spatch 2.0 was never tried, 1.1.1 and 1.3 were" in run.err.splitlines()[0]
    told = fencemig(tmp_path, "doctor", PATH=path).out.decode()
    assert "1.1.1 and 1.3 were tried, this one never was" in told
