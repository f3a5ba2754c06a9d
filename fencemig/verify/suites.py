# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel's own tests prove of a series: a boot of the base beside one of the result."""

import re
from collections import Counter
from collections.abc import Iterator

from fencemig.verify.ktap import Run, Status
from fencemig.verify.model import Check, Level

_CHANGING = re.compile(r"0x[0-9a-f]+|\d+")  # lines, addresses, processes


def compared(suites: str, before: Run, after: Run) -> Check:
    """Hold the tests of suites after the series against those before it. What fails before does not count."""
    return Check(
        Level.KUNIT,
        suites,
        problems=() if before.broken else tuple(_problems(before, after)),
        notes=tuple(_notes(suites, before, after)),
        unproved=tuple(_unproved(suites, before, after)),
        looked_at=len(after.tests),
        counts={
            "before": len(before.tests),
            "run": len(after.tests) - after.count(Status.SKIPPED),
            "passed": after.count(Status.PASSED),
            "failed": after.count(Status.FAILED),
            "skipped": after.count(Status.SKIPPED),
        },
    )


def _problems(before: Run, after: Run) -> Iterator[str]:
    yield from after.broken
    for name, was in before.tests.items():
        now = after.tests.get(name)
        if now is None and not after.broken:
            yield f"{name}: ran before the series, and is not there after it"
        elif now is Status.SKIPPED and was is not Status.SKIPPED:
            yield f"{name}: is skipped, and was not before the series"
    for name, now in after.tests.items():
        if now is Status.FAILED and before.tests.get(name) is not Status.FAILED:
            yield f"{name}: fails" + (", and passed before the series" if name in before.tests else ", and is new")
    known = Counter(map(_same, before.splats))
    for splat in after.splats:
        if known[_same(splat)] > 0:
            known[_same(splat)] -= 1
        else:
            yield f"the kernel warned as it did not before the series: {splat}"


def _notes(suites: str, before: Run, after: Run) -> Iterator[str]:
    if after.tests:
        skipped = f", {after.count(Status.SKIPPED)} skipped" if after.count(Status.SKIPPED) else ""
        new = len(set(after.tests) - set(before.tests))
        yield f"{suites}: {after.count(Status.PASSED)} tests passed{skipped}; {new} of them are new"
    for name, status in before.tests.items():
        if status is Status.FAILED:
            yield f"{name}: fails on the base already"
    for splat in dict.fromkeys(before.splats):
        yield f"{suites}: the kernel warns on the base already: {splat}"


def _unproved(suites: str, before: Run, after: Run) -> Iterator[str]:
    for line in before.broken:
        yield f"{suites}: not proved, for the base does not come to the end of its tests: {line}"
    if not (before.tests or after.tests or before.broken):
        yield f"{suites}: this tree has no such tests, or none that User Mode Linux can run"


def _same(splat: str) -> str:
    return _CHANGING.sub("#", splat)
