# SPDX-License-Identifier: GPL-2.0-only
"""What a command takes: time, processor time and memory, of all its processes together."""

import os
import re
import resource
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

JOBS = len(os.sched_getaffinity(0))
LIMIT = 60.0  # seconds, after which a command has lost
_LOOK = 50  # milliseconds between two looks at the memory
_PEAK = re.compile(r"^VmHWM:\s*(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Taken:
    """What a command took: seconds by the clock, seconds of processors, bytes. `late`: it was stopped.

    `memory` is what all processes held together at their worst, each page counted once, and `own` what the command's
    first process ever held.
    """

    wall: float
    cpu: float
    memory: int
    own: int
    late: bool = False

    @classmethod
    def median(cls, runs: Sequence["Taken"]) -> "Taken":
        """The medians of the times, the worst of the memory."""
        wall, cpu = (statistics.median(getattr(one, part) for one in runs) for part in ("wall", "cpu"))
        memory, own = (max(getattr(one, part) for one in runs) for part in ("memory", "own"))
        return cls(wall, cpu, memory, own, any(one.late for one in runs))


Command = Callable[[], Taken]


def rounds(commands: Mapping[str, Command], runs: int) -> dict[str, Taken]:
    """The medians of commands. Every round runs each once, so that what else the machine does falls on all alike."""
    taken: dict[str, list[Taken]] = {name: [] for name in commands}
    for number in range(1, runs + 1):
        for name, command in commands.items():
            print(f"{number}/{runs} {name}", file=sys.stderr, flush=True)
            taken[name].append(command())
    return {name: Taken.median(one) for name, one in taken.items()}


def measured(argv: Sequence[str], cwd: Path, limit: float | None = None, **extra: str) -> Taken:
    """Run a command to its end, or to the limit in seconds. Raises CalledProcessError when it fails."""
    environment = os.environ | {"PATH": f"/usr/bin:{os.environ['PATH']}"} | extra
    began, before = time.monotonic(), _spent()
    memory, own, late = 0, 0, False
    null = subprocess.DEVNULL
    with subprocess.Popen(
        argv, cwd=cwd, env=environment, start_new_session=True, stdin=null, stdout=null, stderr=null
    ) as process:
        end = os.pidfd_open(process.pid)
        while not select.select([end], [], [], _LOOK / 1000)[0]:
            memory, own = max(memory, _held(process.pid)), max(own, _peak(process.pid))
            if limit is not None and not late and time.monotonic() - began > limit:
                late = True
                os.killpg(process.pid, 9)
        wall = time.monotonic() - began
        os.close(end)
    if process.returncode and not late:
        raise subprocess.CalledProcessError(process.returncode, argv)
    return Taken(wall, _spent() - before, memory, own, late)


def _spent() -> float:
    """The processor time of all that ended, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _held(pid: int) -> int:
    """The memory of a process and all below it, in bytes; what ends meanwhile does not count."""
    total = 0
    with suppress(OSError, IndexError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(_held(int(child)) for child in (task / "children").read_text().split())
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += 1024 * int(rollup.partition("\nPss:")[2].split()[0])
    return total


def _peak(pid: int) -> int:
    """What a process has held at its worst so far, in bytes."""
    with suppress(OSError):
        if found := _PEAK.search(Path(f"/proc/{pid}/status").read_text()):
            return 1024 * int(found[1])
    return 0
