# SPDX-License-Identifier: GPL-2.0-only
"""bench.py TREE [RUNS]: fencemig beside spatch on the same tree, with the same semantic patches and as many jobs.

Every round runs everything once, so that what else the machine does falls on all alike; printed are medians. The
processor time counts more than the wall time where others share the machine. Memory is what the processes of a command
hold together at their worst, each page counted once.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fencemig.commands.places import default_migration
from fencemig.migration import Migration, load_migration
from fencemig.system.kernel import open_tree
from fencemig.system.spatch import OPTIONS, find_spatch

JOBS = len(os.sched_getaffinity(0))
BASE = "spatch on the files that name the API"
LIMIT = 120.0  # seconds, after which a command has lost
FENCEMIG = str(Path(sys.executable).with_name("fencemig"))


@dataclass(frozen=True)
class Taken:
    """What a command took: seconds by the clock, seconds of processors, bytes. `late`: it was stopped."""

    wall: float
    cpu: float
    memory: int
    late: bool = False


def main() -> None:
    """Measure, and print a table in Markdown."""
    tree, runs = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    migration = load_migration(default_migration())
    generation = migration.generation_of(open_tree(tree, None).read(migration.header) or b"")
    with tempfile.TemporaryDirectory(prefix="fencemig-bench-") as temporary:
        folder = Path(temporary)
        together = folder / "all.cocci"
        rules = [rule.file.read_text() for rule in migration.rules_for(generation)]
        together.write_text("\n".join([migration.probe.read_text(), *rules]))
        few = copy_of_users(tree, migration, folder / "few")
        spatch = spatch_on(together, migration)
        for part, only in ((".", few), ("drivers/gpu", few / "drivers/gpu")):
            commands: dict[str, Callable[[], Taken]] = {
                BASE: partial(measured, [*spatch, str(only)], folder),
                "fencemig scan, nothing cached": partial(scan, tree, part, folder, fresh=True),
                "fencemig scan, nothing changed": partial(scan, tree, part, folder, fresh=False),
            }
            taken: dict[str, list[Taken]] = {what: [] for what in commands}
            for _ in range(runs):
                for what, command in commands.items():
                    taken[what].append(command())
            taken["spatch --dir"] = [measured([*spatch, str(tree / part)], folder)]
            print_table(part, taken)


def spatch_on(semantic_patch: Path, migration: Migration) -> list[str]:
    """spatch on a folder, as a person would run it, without a change on disk."""
    options = [option for option in OPTIONS if option not in ("--in-place", "--no-show-diff", "--quiet")]
    named = ["--sp-file", str(semantic_patch), "--macro-file", str(migration.macros)]
    return [find_spatch().path, *options, *named, "--very-quiet", "--jobs", str(JOBS), "--dir"]


def scan(tree: Path, part: str, folder: Path, fresh: bool) -> Taken:
    """The census, the transformation and the verdicts."""
    cache = folder / "cache"
    if fresh:
        shutil.rmtree(cache, ignore_errors=True)
    os.environ["XDG_CACHE_HOME"] = str(cache)
    return measured([FENCEMIG, "-C", str(tree), "scan", "--format", "json", "-j", str(JOBS), part], folder)


def copy_of_users(tree: Path, migration: Migration, folder: Path) -> Path:
    """A copy of the files that name a function of the API, and of nothing else."""
    for path in open_tree(tree, None).mentioning(list(migration.symbols.functions)):
        if path not in migration.symbols.core:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tree / path, folder / path)
    return folder


def measured(argv: Sequence[str], folder: Path) -> Taken:
    """Run a command to its end, or to the limit."""
    environment = os.environ | {"PATH": f"/usr/bin:{os.environ['PATH']}", "HOME": str(folder)}
    began, cpu = time.monotonic(), os.times()
    memory, late = 0, False
    null = subprocess.DEVNULL
    with subprocess.Popen(
        argv, cwd=folder, env=environment, start_new_session=True, stdout=null, stderr=null
    ) as process:
        while process.poll() is None:
            memory = max(memory, held_by(process.pid))
            if time.monotonic() - began > LIMIT:
                late = True
                os.killpg(process.pid, 9)
            time.sleep(0.05)
    now = os.times()
    spent = now.children_user + now.children_system - cpu.children_user - cpu.children_system
    return Taken(time.monotonic() - began, spent, memory, late)


def held_by(pid: int) -> int:
    """The memory of a process and all below it, in bytes; what ends meanwhile does not count."""
    total = 0
    with suppress(OSError, ValueError, IndexError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            total += held_by(int(child))
        for task in Path(f"/proc/{pid}/task").iterdir():
            if task.name != str(pid):
                for child in (task / "children").read_text().split():
                    total += held_by(int(child))
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += 1024 * int(rollup.partition("\nPss:")[2].split()[0])
    return total


def print_table(name: str, taken: dict[str, list[Taken]]) -> None:
    """One table; the ratios are to spatch on nothing but the files that name the API."""
    base = statistics.median(one.cpu for one in taken[BASE])
    print(f"\n| {name} | wall s | processor s | ratio | memory MB |\n|---|--:|--:|--:|--:|")
    for what, runs in taken.items():
        wall, cpu = (statistics.median(getattr(one, part) for one in runs) for part in ("wall", "cpu"))
        memory = max(one.memory for one in runs) / 1e6
        late = any(one.late for one in runs)  # the time of processes that were killed is not told
        times = f"> {LIMIT:.0f} | | " if late else f"{wall:.1f} | {cpu:.1f} | {cpu / base:.2f}"
        print(f"| {what} | {times} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
