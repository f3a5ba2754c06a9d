# SPDX-License-Identifier: GPL-2.0-only
"""The one place that starts processes: each in a group of its own, with a time limit, never left behind."""

import os
import resource
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fencemig.errors import ToolError
from fencemig.system.guardian import MARK

_INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopping = threading.Event()


@dataclass(frozen=True)
class Finished:
    """A process that ended: its exit status (negative: the signal that killed it) and what it wrote."""

    argv: tuple[str, ...]
    status: int
    stdout: bytes
    stderr: bytes
    timed_out: bool = False


def run(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float | None = None,
    memory: int | None = None,
    check: bool = True,
) -> Finished:
    """Run a command to its end and return what it wrote.

    `env` replaces the whole environment when given. `timeout` is in seconds; a process that exceeds it is
    killed with all its children. `memory` is in bytes, for each of them: they get no more.
    With `check`, raises ToolError when the command fails, cannot be started or runs out of time; without it only
    when it cannot be started.
    """
    if _stopping.is_set():
        raise KeyboardInterrupt
    try:
        process = subprocess.Popen(
            argv,
            cwd=cwd,
            env={**(os.environ if env is None else env), MARK: tempfile.gettempdir()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(argv, None, b"", b"", f"cannot be started: {error.strerror}") from error
    if memory is not None:
        _limit(process, memory)
    with _lock:
        _running.add(process)
        if _stopping.is_set():  # it was not there yet when stop_all() looked
            _kill(process)
    timed_out = False
    try:
        stdout, stderr = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        timed_out = True
        _kill(process)
        stdout, stderr = process.communicate()
    except BaseException:
        _kill(process)
        process.wait()
        raise
    finally:
        with _lock:
            _running.discard(process)
    finished = Finished(tuple(argv), process.returncode, stdout, stderr, timed_out)
    if check and timed_out:
        raise ToolError(argv, None, stdout, stderr, f"took longer than {timeout:g} s")
    if check and finished.status != 0:
        raise ToolError(argv, finished.status, stdout, stderr)
    return finished


def attend(argv: Sequence[str], text: bytes, env: Mapping[str, str]) -> int:
    """Give a text to a program that has the terminal, wait until the person leaves it, and return its exit status.

    It is in our process group, for it reads the keyboard, and ^C is for it alone: less stops a search with it.
    Other interruptions end it, and us. A program that reads no further has had enough: no error. One that cannot be
    started is as in a shell: status 127.
    """

    def leave(number: int, frame: object) -> None:
        """Do nothing; what is ignored would stay ignored in the program, what is handled does not."""

    before = signal.signal(signal.SIGINT, leave)
    try:
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, env=env)
        try:
            process.communicate(text)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    except OSError:
        return 127
    finally:
        if signal.getsignal(signal.SIGINT) is leave:
            signal.signal(signal.SIGINT, before)
    return process.returncode


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the program in the same orderly way as ^C; a second one does not disturb it."""

    def interrupt(number: int, frame: object) -> None:
        for name in before:
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {name: signal.signal(name, interrupt) for name in _INTERRUPTIONS}
    try:
        yield
    finally:
        for name, handler in before.items():
            if signal.getsignal(name) is interrupt:  # after an interruption they stay ignored, to the end
                signal.signal(name, handler)


@contextmanager
def delayed() -> Iterator[None]:
    """Hold interruptions off from steps that are short and belong together: what comes meanwhile counts afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """The same for the last steps: what comes meanwhile comes too late. When the steps fail, it counts."""
    with delayed():
        yield
        while signal.sigtimedwait(_INTERRUPTIONS, 0):
            pass


def stop_all() -> None:
    """Kill every process that run() still waits for, and refuse to start new ones (after ^C or SIGTERM)."""
    _stopping.set()
    with _lock:
        for process in _running:
            _kill(process)


def _limit(process: subprocess.Popen[bytes], memory: int) -> None:
    """From outside: to do it between fork and exec is not safe where there are threads."""
    with suppress(ProcessLookupError):  # it has ended already
        _, most = resource.prlimit(process.pid, resource.RLIMIT_DATA)
        limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (limit, limit))


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
