# SPDX-License-Identifier: GPL-2.0-only
"""spatch, run well: one process per file, on a copy, with a time limit and pinned options."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fencemig.cut import cut
from fencemig.errors import ToolError, UserError
from fencemig.isomorphisms import idle
from fencemig.model import Rewritten
from fencemig.smpl import Words, stands_alone
from fencemig.system import batch
from fencemig.system.cache import Cache, Kind, user_cache
from fencemig.system.process import Finished, run

MINIMUM = (1, 1, 0)
TRIED = ("1.1.1", "1.3")  # by our tests, which hold the results of both against each other
MEMORY = 4 << 30  # bytes that one process may have; 32 files of the kernel take 0.1 GiB
_NO_MEMORY = b"out of memory"
_RULE_FAILED = re.compile(r"already tagged token|inconsistent control-flow")
_FORMAT = 2  # of what is kept in the cache, and how cut() does it
_STANDARDS = ("standard.iso", "standard.h")
_FOLDER = re.compile(r"--(prefix|libdir)=(\S+)")
_VERSION = re.compile(r"spatch version (\d+(?:\.\d+)*)")

# Everything that a .cocciconfig could change and that changes the result. Headers are not read: a file's
# result depends on nothing but the file. The width is the kernel's limit, so that no line is wrapped early.
OPTIONS = ("--no-includes", "--in-place", "--no-show-diff", "--keep-comments", "--linux-spacing",
           "--max-width", "100", "--quiet")  # fmt: skip


@dataclass(frozen=True)
class Spatch:
    """An installed spatch. `identity` tells it from every other one, also of the same version."""

    path: str
    version: str
    identity: str = ""
    cache: Cache | None = None

    @property
    def doubt(self) -> str:
        """What to tell the user of a version that our tests do not run; empty for the others."""
        return "" if self.version in TRIED else f"spatch {self.version} was never tried, {' and '.join(TRIED)} were"

    def rewrite(
        self, text: bytes, semantic_patch: Path, macros: Path | None, timeout: float, words: Words | None = None
    ) -> Rewritten:
        """Apply a semantic patch to a copy of a file's text; `timeout` is in seconds.

        spatch is shown the functions that have one of the `words`; all of them by default.
        Failing, crashing and running out of time are no exceptions here but a complaint: other files go on.
        Only what ended well is kept in the cache.
        """
        kept = (
            None if self.cache is None else self.cache.get(Kind.SPATCH, self._key(text, semantic_patch, macros, words))
        )
        if kept is not None:
            return _unpacked(kept)
        shown = cut(text, words)
        with tempfile.TemporaryDirectory(prefix="fencemig-") as folder:
            copy = Path(folder, "file.c")
            copy.write_bytes(shown.text)
            finished = self._run(copy.parent, semantic_patch, macros, timeout, copy.name)
            if finished.timed_out:
                return Rewritten(text, finished.stdout, f"spatch took longer than {timeout:g} s")
            if finished.status != 0 or not copy.is_file():
                said = _complaint(finished.stderr, finished.status)
                if _NO_MEMORY in finished.stderr:
                    said = f"spatch needed more than {MEMORY / (1 << 30):.3g} GiB of memory"
                return Rewritten(text, finished.stdout, said, rule_failed=_RULE_FAILED.search(said) is not None)
            after = shown.restored(copy.read_bytes())
        if after is None:
            rewritten = self.rewrite(text, semantic_patch, macros, timeout)
        else:
            rewritten = Rewritten(after, finished.stdout, "")
        if not rewritten.complaint:
            self.keep(text, semantic_patch, macros, words, rewritten)
        return rewritten

    def rewrite_together(
        self, texts: Sequence[bytes], semantic_patch: Path, macros: Path | None, timeout: float
    ) -> list[Rewritten | None]:
        """Apply a semantic patch, whose rules all call report(), to several texts with one process.

        `timeout` is in seconds, for all of them. None stands for each that did not end well beyond doubt: ask for it
        alone. Nothing is looked up in the cache or kept there.
        """
        with tempfile.TemporaryDirectory(prefix="fencemig-") as temporary:
            home, folder = Path(temporary), Path(temporary, "texts")
            folder.mkdir()
            batch.write(texts, folder)
            telling = home / "telling.cocci"
            telling.write_text(semantic_patch.read_text() + batch.TELL_FILE)
            finished = self._run(home, telling, macros, timeout, "--dir", folder.name)
            reports = batch.reports(finished.stdout)
            if finished.timed_out or finished.status != 0 or reports is None:
                return [None] * len(texts)
            if batch.wrote_nothing(finished.stderr):
                failed = batch.failed(finished.stderr)
                rest = [text for number, text in enumerate(texts) if number not in failed]
                others = iter(self.rewrite_together(rest, semantic_patch, macros, timeout) if failed and rest else ())
                return [None if number in failed else next(others, None) for number in range(len(texts))]
            done = batch.done(finished.stderr)
            return [
                None if text is None or number not in done else Rewritten(text, reports.get(number, b""), "")
                for number, text in enumerate(batch.read(folder, len(texts)))
            ]

    def is_kept(self, text: bytes, semantic_patch: Path, macros: Path | None, words: Words | None) -> bool:
        """Whether rewrite() needs no spatch."""
        return self.cache is not None and self.cache.has(Kind.SPATCH, self._key(text, semantic_patch, macros, words))

    def keep(
        self, text: bytes, semantic_patch: Path, macros: Path | None, words: Words | None, rewritten: Rewritten
    ) -> None:
        """Put what a text has become, without a complaint, into the cache, which knows no files that others include."""
        if self.cache is not None and stands_alone(semantic_patch.read_text()):
            self.cache.put(Kind.SPATCH, self._key(text, semantic_patch, macros, words), _packed(rewritten))

    def _run(self, folder: Path, semantic_patch: Path, macros: Path | None, timeout: float, *files: str) -> Finished:
        argv = [self.path, *OPTIONS, "--sp-file", str(semantic_patch)]
        argv += [word for name in idle(semantic_patch.read_text()) for word in ("--disable-iso", name)]
        argv += [] if macros is None else ["--macro-file", str(macros)]
        return _run([*argv, *files], folder, timeout)

    def _key(self, text: bytes, semantic_patch: Path, macros: Path | None, words: Words | None) -> str:
        """A digest of all that a result depends on."""
        shown = None if words is None else sorted(words)
        digest = hashlib.sha256(repr((_FORMAT, self.identity, OPTIONS, shown)).encode())
        for part in (semantic_patch.read_bytes(), b"" if macros is None else macros.read_bytes(), text):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()

    def parse_complaint(self, text: bytes, macros: Path | None, timeout: float) -> str:
        """What spatch says about the first place of a file that it cannot parse; empty when it parses all."""
        with tempfile.TemporaryDirectory(prefix="fencemig-") as folder:
            copy = Path(folder, "file.c")
            copy.write_bytes(text)
            argv = [self.path, "--verbose-parsing", "--parse-c", copy.name]
            argv += [] if macros is None else ["--macro-file", str(macros)]
            finished = _run(argv, copy.parent, timeout)
        said = (finished.stdout + finished.stderr).decode(errors="replace")
        found = re.search(r"parse error\s*=?\s*File \"[^\"]*\", line (\d+)[^\n]*\n\s*around = '([^']*)'", said)
        return "" if found is None else f"spatch: parse error in line {found[1]} around '{found[2]}'"

    def smpl_complaint(self, semantic_patch: Path, timeout: float) -> str:
        """What spatch says about a semantic patch that it cannot parse; empty when it can."""
        with tempfile.TemporaryDirectory(prefix="fencemig-") as folder:
            argv = [self.path, "--parse-cocci", str(semantic_patch)]
            finished = _run(argv, Path(folder), timeout)
        if finished.status == 0 or finished.timed_out:
            return ""
        said = _complaint(finished.stderr, finished.status)
        found = re.search(r"File \"[^\"]*\", line (\d+), .*?around = '([^']*)'", said)
        if found is None:
            return said
        return f"line {found[1]}" + (f", around '{found[2]}'" if found[2] else "")


def find_spatch() -> Spatch:
    """The spatch on PATH. Raises UserError when there is none, or none that is recent enough."""
    path = shutil.which("spatch")
    if path is None:
        raise UserError("spatch is not installed: apt-get install coccinelle")
    path = str(Path(path).absolute())
    with tempfile.TemporaryDirectory(prefix="fencemig-") as folder:  # even to this question .cocciconfig applies
        try:
            asked = _run([path, "--version"], Path(folder), 20)
        except ToolError as error:
            raise UserError(str(error)) from error
    said = asked.stdout.decode(errors="replace")
    version = parse_version(said)
    if version is None or tuple(int(part) for part in version.split(".")) < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        raise UserError(f"{path} is version {version or 'unknown'}; fencemig needs Coccinelle {wanted} or newer")
    program = Path(path).stat()
    identity = f"{version} {path} {program.st_size} {program.st_mtime_ns} {_standards(path, said)}"
    return Spatch(path, version, identity, user_cache())


def parse_version(output: str) -> str | None:
    """The version in what `spatch --version` prints."""
    found = _VERSION.search(output)
    return None if found is None else found[1]


def _standards(path: str, said: str) -> str:
    """A digest of the isomorphisms and macros that spatch reads unasked, by the folders it was built with."""
    flags = dict(_FOLDER.findall(said))
    built_in = Path(flags.get("libdir") or Path(flags.get("prefix", "/usr/local"), "lib"), "coccinelle")
    files = [folder / name for folder in (Path(path).resolve().parent, built_in) for name in _STANDARDS]
    contents = [file.read_bytes() if file.is_file() else b"" for file in files]
    return hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()


def _packed(rewritten: Rewritten) -> bytes:
    return len(rewritten.output).to_bytes(8) + rewritten.output + rewritten.text


def _unpacked(kept: bytes) -> Rewritten:
    end = 8 + int.from_bytes(kept[:8])
    return Rewritten(kept[end:], kept[8:end], "")


def _complaint(stderr: bytes, status: int) -> str:
    lines = [
        line
        for line in stderr.decode(errors="replace").splitlines()
        if line.strip() and not line.startswith(("init_defs", "HANDLING", "warning:", "Warning:"))
    ]
    said = " ".join(" ".join(lines[-6:]).split())
    how = f"was killed by signal {-status}" if status < 0 else f"failed with exit status {status}"
    return f"spatch {how}" + (f": {said}" if said else "")


def _run(argv: Sequence[str], folder: Path, timeout: float) -> Finished:
    """Run spatch in a temporary folder, which is all that it knows: its own files go there, and with it.

    No .cocciconfig of the user's applies, and messages are in English. The system's folder comes first in PATH: spatch
    loads the library of the first python3 that it finds, and the one of a virtual environment is rarely the one that it
    was built for.
    """
    path = f"/usr/bin:{os.environ.get('PATH', os.defpath)}"
    env = {"PATH": path, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C"}
    return run(argv, cwd=folder, env=env, timeout=timeout, memory=MEMORY, check=False)
