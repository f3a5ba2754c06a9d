# SPDX-License-Identifier: GPL-2.0-only
"""Level kunit: the kernel's own tests under User Mode Linux, on the base and after the series."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from fencemig.errors import ToolError
from fencemig.proof.request import Request
from fencemig.system.checkout import Checkout
from fencemig.system.checks import Applied
from fencemig.system.git import Blob
from fencemig.system.kbuild import Kbuild, Target
from fencemig.system.process import Finished
from fencemig.system.uml import boot
from fencemig.verify.ktap import Run, read_log
from fencemig.verify.model import Check, Level
from fencemig.verify.suites import compared

# One boot each: a TTM test trips lockdep, which then is off for all that follow.
SUITES = ("dma-buf*", "drm_sched*", "ttm*")
_PATIENCE = 600.0  # seconds for one boot; the longest takes 10
# dma-fence's self tests, in trees without KUnit for it. Their race needs a second processor, which such a UML lacks.
_SELF_TESTS = "!dma_fence/race_signal_callback"


@dataclass(frozen=True)
class Booted:
    """A boot that ended: its tests, the kernel's log, and how long it took."""

    run: Run
    log: bytes
    seconds: float


class Uml:
    """A kernel that is a program, made from the checkout as it is, and the tests in it."""

    def __init__(self, request: Request, source: Checkout) -> None:
        arguments = request.compiling.arguments
        own_pci = b"config KUNIT_UML_PCI" in (source.read("lib/kunit/Kconfig") or b"")
        fragment = request.compiling.fragments / ("kunit-uml.config" if own_pci else "kunit-uml-virtio.config")
        target = Target("um", "", fragment)
        self._kbuild = Kbuild(source.top, source.builds, target, request.jobs, arguments)
        self._commit = request.tree.commit or ""
        self._progress = request.progress

    def build(self, what: str) -> Finished:
        """Make the kernel; failing is no exception here."""
        self._kbuild.configure(self._commit)
        return self._kbuild.build_program(
            "linux", lambda done, name: self._progress(f"compile UML, {what}", done, 0, name)
        )

    def refresh(self) -> None:
        """Take over what changed in Kconfig files."""
        self._kbuild.refresh()

    def test(self, suites: str) -> Booted:
        """Boot it for some suites, for all of their tests that are not marked slow."""
        start = time.monotonic()
        chosen = [f"kunit.filter_glob={suites}", "kunit.filter=speed>slow"]
        chosen.append(f"dmabuf_selftests.st_filter={_SELF_TESTS if suites == SUITES[0] else 'none'}")
        done = boot(self._kbuild.folder / "linux", chosen, _PATIENCE)
        found = read_log(done.stdout.decode(errors="replace").splitlines())
        if done.timed_out:
            found = replace(found, broken=(f"did not end within {_PATIENCE:g} seconds", *found.broken))
        return Booted(found, done.stdout + done.stderr, time.monotonic() - start)

    def test_all(self, what: str) -> dict[str, Booted]:
        """Boot it once for each of the suites."""
        found = {}
        for number, suites in enumerate(SUITES):
            self._progress(f"KUnit, {what}", number, len(SUITES), suites)
            found[suites] = self.test(suites)
        return found


def check_kunit(request: Request, stages: Sequence[Applied], source: Checkout) -> list[Check]:
    """Run the tests on the base and after the last patch. Raises ToolError when the base cannot be built."""
    uml = Uml(request, source)
    source.switch({})
    start = time.monotonic()
    built = uml.build("the base")
    if built.status != 0:
        raise ToolError(built.argv, built.status, built.stdout, built.stderr)
    checks = [Check(Level.KUNIT, "UML, the base", looked_at=1, seconds=time.monotonic() - start)]
    before = uml.test_all("the base")
    files: Mapping[str, Blob | None] = {path: blob for stage in stages for path, blob in stage.after.items()}
    source.switch(files)
    start = time.monotonic()
    if any(PurePosixPath(path).name.startswith("Kconfig") for path in files):
        uml.refresh()
    built = uml.build("the result")
    failed = () if built.status == 0 else ("User Mode Linux does not compile after the series",)
    seconds = time.monotonic() - start
    checks.append(Check(Level.KUNIT, "UML, the result", 0, failed, looked_at=1, seconds=seconds, output=built.stderr))
    if not failed:
        after = uml.test_all("the result")
        checks += [_check(suites, before[suites], after[suites]) for suites in SUITES]
    source.switch({})
    source.keep = source.keep or any(check.problems for check in checks)
    return checks


def _check(suites: str, before: Booted, after: Booted) -> Check:
    log = b"--- the base\n" + before.log + b"\n--- the result\n" + after.log
    seconds = before.seconds + after.seconds
    return replace(compared(suites, before.run, after.run), seconds=seconds, output=log)
