# SPDX-License-Identifier: GPL-2.0-only
"""Conversions in a row of what Linux 7.3 has of the API, with edits in between: nothing piles up.

SOAK in the environment is how many.
"""

import os
import subprocess
from pathlib import Path
from random import Random

import pytest
from helpers import FENCEMIG, commit, git

from fencemig.system import kernel
from fencemig.system.cache import LIMIT

RUNS = int(os.environ.get("SOAK", "3"))
_MARK = "FENCEMIG_SOAK"


@pytest.fixture
def linux(kernel_7_3: Path, tmp_path: Path) -> Path:
    """A repository of the files of 7.3 that name the API, and of what marks a kernel."""
    tree = tmp_path / "linux"
    named = kernel.open_tree(kernel_7_3, None).mentioning(
        ["dma_fence_signal", "dma_fence_set_error", "struct dma_fence {"]
    )
    for path in (*named, "MAINTAINERS", "Kbuild", "Makefile", "include/linux/dma-fence.h"):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes((kernel_7_3 / path).read_bytes())
    commit(tree)
    return tree


def _edit(tree: Path, random: Random, number: int) -> None:
    """Change the tree as a day of work does: a line more, a driver more, a driver less."""
    drivers = sorted(path for path in (tree / "drivers/gpu").rglob("*.c"))
    driver = random.choice(drivers)
    match random.randrange(3):
        case 0:
            driver.write_bytes(b"/* %d */\n" % number + driver.read_bytes())
        case 1:
            driver.with_name(f"soak_{number}.c").write_bytes(driver.read_bytes())
        case 2:
            driver.unlink()
    commit(tree, f"Day {number}")


def _marked() -> list[str]:
    """The processes that descend from a run of this test, whoever their parent is by now."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{_MARK}={os.getpid()}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text())
        except OSError:
            continue  # gone, or not ours
    return found


def test_nothing_piles_up(linux: Path, tmp_path: Path, own_cache: Path) -> None:
    random, peaks, temporary = Random(73), list[int](), tmp_path / "tmp"
    temporary.mkdir()
    env = os.environ | {_MARK: str(os.getpid()), "TMPDIR": str(temporary)}
    out, log = tmp_path / "series", tmp_path / "log"
    for number in range(RUNS):
        _edit(linux, random, number)
        before = (
            git(linux, "count-objects", "--verbose"),
            git(linux, "for-each-ref"),
            git(linux, "status", "--porcelain"),
        )
        with log.open("wb") as said:
            process = subprocess.Popen(
                [FENCEMIG, "convert", "--force", "--output", out, "."], cwd=linux, env=env, stderr=said
            )
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, log.read_text()
        peaks.append(used.ru_maxrss)
        after = (
            git(linux, "count-objects", "--verbose"),
            git(linux, "for-each-ref"),
            git(linux, "status", "--porcelain"),
        )
        assert after == before
        assert list(temporary.iterdir()) == []
        assert _marked() == []
        patches = sorted(path.name for path in out.glob("[0-9]*.patch"))
        assert [int(name[:4]) for name in patches] == [*range(len(patches))]
        assert (out / patches[0]).read_text().count(f"/{len(patches) - 1}]") == 1
    kept = sum(path.stat().st_size for path in own_cache.parent.rglob("*") if path.is_file())
    assert 0 < kept <= LIMIT
    assert max(peaks) < 1.25 * peaks[0]
