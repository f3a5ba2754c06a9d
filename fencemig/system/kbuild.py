# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own build, out of tree, for single objects."""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fencemig.errors import ToolError
from fencemig.system.process import Finished, run
from fencemig.verify.objects import dependencies, syntax_command

# What a make around us, or the user's shell, would change.
_DEAF = re.compile(r"GIT_|MAKE|MFLAGS$|KBUILD|KCONFIG|K[ACR]\w*FLAGS$|ARCH$|CROSS_COMPILE$|[CWMOV]$|CHECK|CF$|LLVM$")
_SPARSE = "sparse -D__typeof_unqual__=__typeof__"  # which sparse does not know before 0.6.5
_STAMP = "fencemig-configured"

Watch = Callable[[int, str], None]  # how many objects are there, and the last one


@dataclass(frozen=True)
class Target:
    """What to build for: an architecture as in arch/, the prefix of its compiler ("" for the host's), a fragment of
    a configuration on top of allnoconfig, or None for allmodconfig.
    """

    arch: str
    prefix: str
    fragment: Path | None

    @property
    def name(self) -> str:
        """How it is called in reports, and its build folder."""
        return self.arch if self.fragment else f"{self.arch}-allmodconfig"


class Kbuild:
    """One build folder. `arguments` are the user's for make, and win over ours."""

    def __init__(self, source: Path, builds: Path, target: Target, jobs: int, arguments: Sequence[str]) -> None:
        self.target = target
        self.source = source
        self.folder = builds / target.name
        self._jobs = jobs
        self._compiler = tuple(_compiler(target, arguments))
        self._arguments = tuple(arguments)

    def configure(self, commit: str) -> None:
        """Make the configuration and what all objects need, unless that was done for the same. Raises ToolError."""
        target = self.target
        fragment = "" if target.fragment is None else target.fragment.read_text()
        stamp, made_for = self.folder / _STAMP, "\n".join((commit, *self._compiler, *self._arguments, fragment))
        if stamp.is_file() and stamp.read_text() == made_for:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if target.fragment is None:
            self._checked("allmodconfig")
        else:
            self._checked(f"KCONFIG_ALLCONFIG={target.fragment}", "allnoconfig")
        self._checked("prepare")
        stamp.write_text(made_for)

    def refresh(self) -> None:
        """Take over what a patch changed in Kconfig files. Raises ToolError."""
        self._checked("olddefconfig")

    def build(self, objects: Sequence[str], sparse: bool, watch: Watch) -> Finished:
        """Compile objects with all warnings, and return what make said; failing is no exception here.

        They are compiled in any case, by ccache where it knows them: only then do all of their warnings appear.
        """
        for name in objects:
            self._object(name).unlink(missing_ok=True)
        checking = ("C=2", f"CHECK={_SPARSE}") if sparse else ()
        files = [self._object(name) for name in objects]
        with _watching(lambda: [file.name for file in files if file.exists()], watch):
            return self._make("-s", "-k", "W=1", "KCFLAGS=-Wno-error", *checking, *objects)

    def build_program(self, name: str, watch: Watch) -> Finished:
        """Make a target that is more than one object; failing is no exception here."""
        start = time.time()

        def made() -> list[str]:
            fresh = (file for file in self.folder.rglob("*.o") if file.stat().st_mtime >= start)
            return [file.name for file in fresh]

        with _watching(made, watch):
            return self._make("-s", name)

    def has(self, name: str) -> bool:
        """Whether an object was built."""
        return self._object(name).is_file()

    def parse(self, name: str) -> Finished | None:
        """Run the compiler's parser on what an object is made from, with the flags that it was built with; None when
        it never was.
        """
        command = syntax_command(self._command_file(name))
        return None if command is None else run(command, cwd=self.folder, env=sealed(), check=False)

    def dependencies(self, name: str) -> frozenset[str]:
        """The files of the tree that an object was compiled from."""
        return dependencies(self._command_file(name), str(self.source))

    def _object(self, name: str) -> Path:
        return Path(os.path.normpath(self.folder / name))

    def _command_file(self, name: str) -> str:
        made = self._object(name)
        # kbuild names it after the target as it stands in the Makefile: amdgpu/../amdkfd/.x.o.cmd is the same file
        file = made.with_name(f".{made.name}.cmd")
        return file.read_text(errors="replace") if file.is_file() else ""

    def _make(self, *arguments: str) -> Finished:
        target = self.target
        where = [f"O={self.folder}", f"ARCH={target.arch}", f"-j{self._jobs}"]
        argv = ["make", *where, *self._compiler, *arguments, *self._arguments]
        return run(argv, cwd=self.source, env=sealed(), check=False)

    def _checked(self, *arguments: str) -> None:
        done = self._make("-s", *arguments)
        if done.status != 0:
            raise ToolError(done.argv, done.status, done.stdout, done.stderr)


def _compiler(target: Target, arguments: Sequence[str]) -> Iterator[str]:
    if target.prefix:
        yield f"CROSS_COMPILE={target.prefix}"
    if not any(argument.startswith(("CC=", "LLVM=")) for argument in arguments) and shutil.which("ccache"):
        yield f"CC=ccache {target.prefix}gcc"


def sealed() -> Mapping[str, str]:
    """The environment without what would change a build."""
    kept = {name: value for name, value in os.environ.items() if not _DEAF.match(name)}
    return kept | {"LC_ALL": "C"}


@contextmanager
def _watching(made: Callable[[], Sequence[str]], watch: Watch) -> Iterator[None]:
    """Tell how many files were made, and the name of one, once a second: make itself tells only at its end."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(1.0):
            with suppress(FileNotFoundError):  # make removes files, too
                there = made()
                watch(len(there), there[-1] if there else "")

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
