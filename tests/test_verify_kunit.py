# SPDX-License-Identifier: GPL-2.0-only
"""Level kunit, with a Makefile that takes kbuild's place and a script that takes the kernel's: a real one boots in
`make verify-kernel`.
"""

from pathlib import Path

import pytest
from helpers import PROJECT, add, commit

from fencemig.commands.shared import migration_of
from fencemig.errors import ToolError
from fencemig.ledger import Ledger
from fencemig.proof import testing
from fencemig.proof.request import Compiling, Request
from fencemig.proof.testing import SUITES, check_kunit
from fencemig.system import checkout, kernel
from fencemig.system.checks import Applied
from fencemig.system.git import Blob
from fencemig.system.spatch import Spatch
from fencemig.verify.model import Check, Level, Outcome

KERNEL = "kernel.sh"
# What the kernel is made from is the kernel; one that does not parse does not compile.
MAKEFILE = """\
CC = gcc
allnoconfig prepare olddefconfig:
	@mkdir -p $(O)

linux: always
	@sh -n kernel.sh
	@cp kernel.sh $(O)/linux
	@chmod +x $(O)/linux

Makefile: ;
always:
.PHONY: always allnoconfig prepare olddefconfig
"""
HEAD = """\
#!/bin/sh
echo "Linux version 7.3.4"
case "$*" in
*kunit_shutdown=halt*'kunit.filter_glob=dma-buf*'*) suite=dma-buf-finch ;;
*kunit_shutdown=halt*'kunit.filter_glob=drm_sched*'*) suite=drm_sched_wren ;;
*) echo "KTAP version 1"; echo "1..0"; exit ;;
esac
"""
PASSING = f"""\
{HEAD}
echo "KTAP version 1"; echo "1..1"
echo "    KTAP version 1"; echo "    1..1"
echo "    ok 1 sings"; echo "ok 1 $suite"
"""
MORE = PASSING.replace('1..1"\necho "    ok 1 sings', '1..2"\necho "    ok 1 sings"; echo "    ok 2 whistles')


@pytest.fixture
def tree(tmp_path: Path) -> kernel.Tree:
    top = tmp_path / "linux"
    for path, text in {"MAINTAINERS": "", "Kbuild": "", "Makefile": MAKEFILE, KERNEL: PASSING}.items():
        add(top, path, text)
    add(top, "include/linux/dma-fence.h", "void dma_fence_signal(int f);\n")
    commit(top)
    return kernel.open_tree(top, "HEAD")


def proved(tree: kernel.Tree, after: str) -> list[Check]:
    """The checks of a series that makes the kernel another one."""
    request = Request(
        tree=tree,
        folder=tree.top,
        files=["0001-x.patch"],
        mails=[],
        ledger=Ledger("1.1.1", None, "void", tree.commit, (".",), ()),
        migration=migration_of(None),
        spatch=Spatch("", ""),
        level=Level.KUNIT,
        jobs=1,
        timeout=1.0,
        compiling=Compiling(PROJECT / "tools/kernel"),
        progress=lambda what, done, total, name: None,
    )
    stage = Applied({}, {KERNEL: Blob("100644", after.encode())}, ())
    with checkout.checkout(tree, keep=False) as source:
        return check_kunit(request, [stage], source)


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def test_suites_run_before_and_after(tree: kernel.Tree) -> None:
    checks = by_name(proved(tree, MORE))
    assert not [check for check in checks.values() if check.problems]
    for suites in SUITES[:2]:
        assert checks[suites].outcome is Outcome.PASSED
        assert checks[suites].counts == {"before": 1, "run": 2, "passed": 2, "failed": 0, "skipped": 0}
    assert checks[SUITES[2]].outcome is Outcome.UNPROVED
    assert not (checkout.cache_folder() / "linux").exists()


def test_what_the_series_breaks_fails_and_the_checkout_stays(tree: kernel.Tree) -> None:
    failing = MORE.replace("ok 2 whistles", "not ok 2 whistles")
    checks = by_name(proved(tree, failing))
    assert [name for name, check in checks.items() if check.problems] == list(SUITES[:2])
    assert "dma-buf-finch.whistles" in checks[SUITES[0]].problems[0]
    assert b"not ok 2 whistles" in checks[SUITES[0]].output
    assert (checkout.cache_folder() / "linux").exists()


def test_a_crash_fails(tree: kernel.Tree) -> None:
    crash = PASSING.replace('echo "    ok 1 sings"', 'echo "Kernel panic - not syncing: finch"; exit 134')
    problems = by_name(proved(tree, crash))[SUITES[0]].problems
    assert any("finch" in line for line in problems)


def test_a_kernel_that_does_not_end_is_stopped(tree: kernel.Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing, "_PATIENCE", 0.5)
    hanging = PASSING.replace('echo "    ok 1 sings"', "sleep 60")
    problems = by_name(proved(tree, hanging))[SUITES[0]].problems
    assert any("did not end within" in line for line in problems)


def test_a_result_that_does_not_compile_fails_and_a_base_cannot_be_proved(tree: kernel.Tree) -> None:
    broken = f"{PASSING}\nif\n"
    (failed,) = [check for check in proved(tree, broken) if check.problems]
    assert "compile" in failed.problems[0]
    assert failed.output
    add(tree.top, KERNEL, broken)
    commit(tree.top, "Break it")
    with pytest.raises(ToolError):
        proved(kernel.open_tree(tree.top, "HEAD"), PASSING)
