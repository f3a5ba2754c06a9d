# SPDX-License-Identifier: GPL-2.0-only
"""Levels syntax and build: every touched object at every patch, beside what the compiler said of the base."""

import platform
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fencemig.model import Verdict
from fencemig.proof.parallel import in_parallel
from fencemig.proof.request import Compiling, Request
from fencemig.system.checkout import Checkout
from fencemig.system.checks import Applied
from fencemig.system.git import Blob
from fencemig.system.kbuild import Kbuild, Target, Watch
from fencemig.verify.complaints import Complaint, new, of_compiler
from fencemig.verify.model import Check, Level
from fencemig.verify.objects import Listing, object_of
from fencemig.verify.words import BASE

_ARCHITECTURES = {"x86_64": "x86", "aarch64": "arm64"}
_USUAL_CROSS = {"arm64": "aarch64-linux-gnu-", "x86": "x86_64-linux-gnu-"}  # Debian's cross compilers


@dataclass(frozen=True)
class Builder:
    """A build folder, with the objects that it can build and what the compiler said of them on the base."""

    kbuild: Kbuild
    objects: tuple[str, ...]
    base: tuple[Complaint, ...]

    def share(self, wanted: Iterable[str], headers: Iterable[str]) -> list[str]:
        """The objects to look at: the wanted ones, and those that include one of the headers."""
        names, included = set(wanted), set(headers)
        return [one for one in self.objects if one in names or included & self.kbuild.dependencies(one)]


def check_compiling(request: Request, stages: Sequence[Applied], source: Checkout) -> list[Check]:
    """Compile the base, then look at every patch: with the parser alone, and with all of the compiler and sparse."""
    levels = [level for level in request.level.upto() if level in (Level.SYNTAX, Level.BUILD)]
    request.progress("compile the base", 0, 1, "")
    compiling = _Compiling(request, source, sparse=Level.BUILD in levels and shutil.which("sparse") is not None)
    checks = [compiling.prepare(stages)]
    for level in levels:
        files: dict[str, Blob | None] = {}
        for number, stage in enumerate(stages, 1):
            request.progress(f"{level} of every patch", number - 1, len(stages), request.files[number - 1])
            files |= stage.after
            source.switch(files)
            checks.append(compiling.check(level, number, stage))
        source.switch({})
        if any(check.problems for check in checks):
            source.keep = True  # a person mends it, and comes back
            break
    return checks


class _Compiling:
    def __init__(self, request: Request, source: Checkout, sparse: bool) -> None:
        self._request = request
        self._source = source
        self._sparse = sparse
        self._listing = Listing(source.read, source.names)
        self._builders: list[Builder] = []

    def prepare(self, stages: Sequence[Applied]) -> Check:
        """Compile what the series touches, as it is on the base, wherever it can be compiled."""
        start = time.monotonic()
        symbols = self._request.migration.symbols
        paths = {path for stage in stages for path in stage.before}
        paths |= {site.path for site in self._request.ledger.sites if site.verdict is not Verdict.KEEP}
        sources = sorted(path for path in paths | set(symbols.core) if path.endswith(".c") and self._source.read(path))
        wanted = {object_of(path, self._listing): path for path in sources}
        left, said = sorted(wanted), ""
        for target in targets(self._request.compiling):
            if not left:
                break
            kbuild = self._kbuild(target)
            kbuild.configure(self._request.tree.commit or "")
            done = kbuild.build(left, self._sparse, self._watch(target.name, len(left)))
            said += f"--- {target.name}\n{done.stderr.decode(errors='replace')}"
            built = tuple(name for name in left if kbuild.has(name))
            left = [name for name in left if name not in built]
            base = of_compiler(done.stderr.decode(errors="replace"), str(self._source.top))
            self._builders.append(Builder(kbuild, built, tuple(base)))
        tried = ", ".join(builder.kbuild.target.name for builder in self._builders)
        unproved = tuple(f"{wanted[name]}: not compiled, no object of it can be built here ({tried})" for name in left)
        notes = [f"{one.kbuild.target.name}: {len(one.objects)} objects" for one in self._builders]
        if Level.BUILD in self._request.level.upto() and not self._sparse:
            notes.append("no sparse here: its warnings were not compared")
        return Check(
            Level.SYNTAX,
            BASE,
            notes=tuple(notes),
            unproved=unproved,
            looked_at=sum(len(one.objects) for one in self._builders),
            counts={one.kbuild.target.name: len(one.objects) for one in self._builders},
            seconds=time.monotonic() - start,
            output=said.encode(),
        )

    def check(self, level: Level, number: int, stage: Applied) -> Check:
        """Look at the objects that a patch bears on, those that include a touched header among them."""
        start = time.monotonic()
        present = [path for path, blob in stage.after.items() if blob is not None]
        wanted = [object_of(path, self._listing) for path in present if path.endswith(".c")]
        headers = [path for path in present if path.endswith(".h")]
        problems: list[str] = []
        covered: set[str] = set()
        said, count = "", 0
        for builder in self._builders:
            if any(PurePosixPath(path).name.startswith("Kconfig") for path in stage.after):
                builder.kbuild.refresh()
            objects = builder.share(wanted, headers)
            if not objects:
                continue
            count += len(objects)
            covered |= {path for one in objects for path in builder.kbuild.dependencies(one)}
            look = self._parse if level is Level.SYNTAX else self._build
            output, failed = look(builder, objects)
            said += f"--- {builder.kbuild.target.name}\n{output}"
            complaints = [str(one) for one in new(builder.base, of_compiler(output, str(self._source.top)))]
            problems += complaints or [f"{name} does not compile" for name in failed]
        sources = [path for path in present if path.endswith((".c", ".h"))]
        unproved = tuple(f"{path}: no object of it was compiled" for path in sources if path not in covered)
        return Check(
            level,
            "parser" if level is Level.SYNTAX else "compiler and sparse" if self._sparse else "compiler",
            number,
            problems=tuple(problems),
            unproved=unproved,
            looked_at=count,
            seconds=time.monotonic() - start,
            output=said.encode(),
        )

    def _parse(self, builder: Builder, objects: Sequence[str]) -> tuple[str, list[str]]:
        watch = self._watch(builder.kbuild.target.name, len(objects))
        results = in_parallel(builder.kbuild.parse, objects, self._request.jobs, watch)
        said = "".join(done.stderr.decode(errors="replace") for done in results if done is not None)
        ended = zip(objects, results, strict=True)
        return said, [name for name, done in ended if done is None or done.status != 0]

    def _build(self, builder: Builder, objects: Sequence[str]) -> tuple[str, list[str]]:
        watch = self._watch(builder.kbuild.target.name, len(objects))
        done = builder.kbuild.build(objects, self._sparse, watch)
        return done.stderr.decode(errors="replace"), [name for name in objects if not builder.kbuild.has(name)]

    def _watch(self, what: str, total: int) -> Watch:
        return lambda done, name: self._request.progress(what, done, total, name)

    def _kbuild(self, target: Target) -> Kbuild:
        arguments = self._request.compiling.arguments
        return Kbuild(self._source.top, self._source.builds, target, self._request.jobs, arguments)


def targets(compiling: Compiling) -> Iterator[Target]:
    """What to build for, in this order, until every object is built: the fragments that come with fencemig, here and
    across, then all modules.
    """
    host = _ARCHITECTURES.get(platform.machine(), platform.machine())
    usual = {arch: prefix for arch, prefix in _USUAL_CROSS.items() if arch != host and shutil.which(f"{prefix}gcc")}
    compilers: Mapping[str, str] = {host: "", **usual, **compiling.cross}
    for arch, prefix in compilers.items():
        fragment = compiling.fragments / f"objects-{arch}.config"
        if fragment.is_file():
            yield Target(arch, prefix, fragment)
    for arch, prefix in compilers.items():
        yield Target(arch, prefix, None)
