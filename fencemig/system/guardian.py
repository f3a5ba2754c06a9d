# SPDX-License-Identifier: GPL-2.0-only
"""What becomes of our processes when we are killed and cannot stop them ourselves: nothing may run on without us."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MARK = "FENCEMIG_RUN"  # in the environment of all that a run starts: the run's folder
_STARTING = 0.1  # seconds: a process that was being started when we died has its environment by then
_PATIENCE = 1.0  # seconds between asking and killing


@contextmanager
def guardian(folder: Path) -> Iterator[None]:
    """Have a process watch over us that ends, when we die, all processes marked with our run's folder.

    It must be called before there are threads. Raises OSError.
    """
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        _watch(reader, folder)
    os.close(reader)
    try:
        yield
    finally:
        with suppress(ProcessLookupError, ChildProcessError):  # somebody has ended it
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        os.close(writer)


def end_processes(folder: Path) -> None:
    """End all processes that are marked with a run's folder: git, when asked, removes its lock files before."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and (left := _marked(folder)):
            for process in left:
                with suppress(ProcessLookupError):
                    os.kill(process, number)
            time.sleep(0.02)


def _watch(reader: int, folder: Path) -> None:
    """The life of the guardian: a pipe that nobody writes to ends when we do, however that is."""
    try:
        os.setsid()  # what kills our process group, or our terminal, does not mean it
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.dup2(reader, 0)
        os.closerange(1, os.sysconf("SC_OPEN_MAX"))  # our end of the pipe, and a stdout that a reader waits for
        os.read(0, 1)
        time.sleep(_STARTING)
        end_processes(folder)
    finally:
        os._exit(0)


def _marked(folder: Path) -> list[int]:
    mark = os.fsencode(f"\0{MARK}={folder}\0")
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile, or somebody else's
            if mark in b"\0" + (process / "environ").read_bytes():
                found.append(int(process.name))
    return found
