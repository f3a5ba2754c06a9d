# SPDX-License-Identifier: GPL-2.0-only
"""What the proofs of verify need of this machine, and Debian's packages for what is missing."""

import platform
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fencemig.system.kbuild import sealed
from fencemig.system.process import run
from fencemig.verify.model import Level


@dataclass(frozen=True)
class Missing:
    """Something that this machine lacks. Without what is not `needed`, a level proves less."""

    name: str
    package: str
    needed: bool


_SCRIPTS = (("perl", "perl"), ("tar", "tar"))
# Documentation/process/changes.rst
_COMPILING = (("make", "make"), ("gcc", "gcc"), ("flex", "flex"), ("bison", "bison"), ("bc", "bc"))
_HEADERS = (("gelf.h", "libelf-dev"), ("openssl/ssl.h", "libssl-dev"), ("elfutils/libdw.h", "libdw-dev"))
_UML_HEADERS = (("sys/ptrace.h", "libc6-dev"),)
_UML_MACHINES = ("x86_64",)
_USEFUL = (("sparse", "sparse"), ("ccache", "ccache"), ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"))


def missing_for(level: Level) -> tuple[Missing, ...]:
    """What this machine lacks for a level of verify and those that it includes."""
    levels = level.upto()
    programs = (*_SCRIPTS, *_COMPILING) if Level.SYNTAX in levels else _SCRIPTS if Level.STYLE in levels else ()
    lacking = [Missing(name, package, True) for name, package in programs if shutil.which(name) is None]
    if Level.SYNTAX in levels:
        wanted = (*_HEADERS, *_UML_HEADERS) if Level.KUNIT in levels else _HEADERS
        headers = wanted if shutil.which("gcc") else ()
        lacking += [Missing(name, package, True) for name, package in headers if not _includes(name)]
        lacking += [Missing(name, package, False) for name, package in _USEFUL if shutil.which(name) is None]
    return tuple(lacking)


def unfit_for(level: Level) -> str | None:
    """Why this machine can never do for a level, whatever is installed; None when it can."""
    if Level.KUNIT in level.upto() and platform.machine() not in _UML_MACHINES:
        return f"User Mode Linux runs on x86_64 only, and this machine is {platform.machine()}; take --level build"
    return None


def _includes(header: str) -> bool:
    """Whether the compiler finds a header."""
    source = f"#include <{header}>\n".encode()
    argv = ["gcc", "-fsyntax-only", "-x", "c", "-"]
    return run(argv, cwd=Path(tempfile.gettempdir()), env=sealed(), stdin=source, check=False).status == 0
