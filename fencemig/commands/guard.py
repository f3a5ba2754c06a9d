# SPDX-License-Identifier: GPL-2.0-only
"""Every way in which a command can end, as a message and an exit status."""

import os
import shlex
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable

from fencemig.errors import ToolError, UserError
from fencemig.inert import inert
from fencemig.system import process
from fencemig.system.claimed import own_folder, temporary

OK, FAILED, USAGE, UNREACHED, INTERRUPTED = 0, 1, 2, 3, 130
READER_GONE = 141  # as shells say of a program that SIGPIPE has ended, git for example


def guarded(command: Callable[[], int]) -> int:
    """Run a command and turn every way in which it can end into an exit status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a parent that ignored it would hide how our processes end
    with process.interruptible():
        try:
            with own_folder():
                status = command()
            sys.stdout.flush()
            return status
        except UserError as error:
            say(f"error: {error}")
            return USAGE
        except KeyboardInterrupt:
            process.stop_all()
            say("interrupted: nothing is half written")
            return INTERRUPTED
        except BrokenPipeError:
            _drop_output()
            return READER_GONE
        except OSError as error:  # a full disk, for example
            _drop_output()
            say(f"error: {error}; {_log(error)}")
            return FAILED
        except ToolError as error:
            say(f"error: {error}; {_log(error)}")
            return FAILED
        except Exception as error:
            say(f"error: this is a bug in fencemig: {type(error).__name__}: {error}; {_log(error)}")
            return FAILED


def say(message: str) -> None:
    """Tell the person who runs the command, on stderr."""
    print(inert(f"fencemig: {message}"), file=sys.stderr)


def encoded(text: str) -> bytes:
    """UTF-8 whatever the locale; the bytes of a path that are none become escapes, which JSON reads back."""
    return text.encode(errors="backslashreplace")


def _drop_output() -> None:
    """Forget what stdout would not take, or Python complains a second time at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _log(error: Exception) -> str:
    """Write all that is known of a failure into a file, and say where."""
    parts = ["".join(traceback.format_exception(error))]
    if isinstance(error, ToolError):
        parts.append(f"command: {shlex.join(error.argv)}\nexit status: {error.status}\n")
        parts += [f"--- {name}\n{text.decode(errors='replace')}\n"
                  for name, text in (("stdout", error.stdout), ("stderr", error.stderr))]  # fmt: skip
    try:
        with tempfile.NamedTemporaryFile("wb", prefix="fencemig-", suffix=".log", dir=temporary(), delete=False) as log:
            log.write(encoded("\n".join(parts)))
    except OSError as no_log:
        return f"no log could be written: {no_log}"
    return f"details in {log.name}"
