# SPDX-License-Identifier: GPL-2.0-only
"""What a kernel says of its tests while it boots: KTAP, and the self tests of trees that are older than their KUnit.

Lines in, values out. Formats: Documentation/dev-tools/ktap.rst, drivers/dma-buf/selftest.c of 6.12.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_VERSION = re.compile(r"( *)(?:K?TAP) version \d+$")
_PLAN = re.compile(r"( *)1\.\.(\d+)(?: #.*)?$")
_RESULT = re.compile(r"( *)(not )?ok \d+(?: -)?(?: (?!# )(.*?))?(?: # (SKIP|TODO|XFAIL|TIMEOUT|ERROR)\b.*)?$")
_SPLAT = re.compile(r"\b(?:WARNING|BUG):|Kernel panic|Oops:")
_SELF_TEST = re.compile(r"dma-buf: Running (\w+/\w+)$")
_SELF_FAILURE = re.compile(r"dma-buf/(\w+): (\w+) failed with error -?\d+$")


class Status(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Run:
    """The tests of one boot, by name (suite.case.parameter), in their order.

    `broken` says what shows that not all of them ran, a line each; `splats` are the lines with which the kernel warned.
    """

    tests: Mapping[str, Status]
    broken: tuple[str, ...] = ()
    splats: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        """How many tests ended like that."""
        return sum(one is status for one in self.tests.values())


@dataclass
class _Result:
    name: str
    status: Status
    children: list["_Result"]


@dataclass
class _Block:
    """Tests on one level of indentation, up to the result of the one that they are parts of."""

    indent: int
    results: list[_Result] = field(default_factory=list)
    planned: int | None = None

    def lacks(self, name: str) -> Iterator[str]:
        """What shows that a test with parts did not run all of them; those with parameters announce no number."""
        if self.planned is not None and len(self.results) != self.planned:
            yield f"{name}: {len(self.results)} of {self.planned} planned tests came to an end"


def read_log(lines: Iterable[str]) -> Run:
    """Read the log of a boot that runs tests and then halts."""
    kept = [line.rstrip() for line in lines]
    blocks, broken = _blocks(kept)
    tests = dict(_self_tests(kept))
    if not blocks:
        broken.append("the kernel did not get to its tests" + (f": {kept[-1]}" if kept else ""))
    else:
        if blocks[0].planned is None:
            broken.append("the kernel did not say how many suites it has")
        broken += blocks[0].lacks("suites")
        broken += [problem for block in blocks[1:] for problem in block.lacks("the suite that was running")]
        for name, status in _flat("", blocks[0].results):
            tests[_unused(name, tests)] = status
    return Run(tests, tuple(broken), tuple(line.strip() for line in kept if _SPLAT.search(line)))


def _blocks(lines: Iterable[str]) -> tuple[list[_Block], list[str]]:
    """The outermost block, and the inner ones whose end did not come."""
    blocks: list[_Block] = []
    broken: list[str] = []
    for line in lines:
        if (found := _VERSION.match(line)) and (not blocks or len(found[1]) > blocks[-1].indent):
            blocks.append(_Block(len(found[1])))
        elif (found := _PLAN.match(line)) and blocks and blocks[-1].indent == len(found[1]):
            blocks[-1].planned = int(found[2])
        elif (found := _RESULT.match(line)) and any(block.indent == len(found[1]) for block in blocks):
            children: list[_Result] = []
            name = found[3] or "(no name)"
            while blocks[-1].indent > len(found[1]):
                inner = blocks.pop()
                broken += inner.lacks(name)
                children = inner.results
            blocks[-1].results.append(_Result(name, _status(found[2], found[4]), children))
    return blocks, broken


def _status(failed: str | None, directive: str | None) -> Status:
    if directive == "SKIP":
        return Status.SKIPPED
    return Status.FAILED if failed or directive in ("TIMEOUT", "ERROR") else Status.PASSED


def _flat(prefix: str, results: Iterable[_Result]) -> Iterator[tuple[str, Status]]:
    """The tests that have no parts, and those that failed though none of their parts did."""
    for result in results:
        name = f"{prefix}{result.name}"
        parts = list(_flat(f"{name}.", result.children))
        yield from parts
        if not parts or (result.status is Status.FAILED and all(status is not Status.FAILED for _, status in parts)):
            yield name, result.status


def _unused(name: str, taken: Mapping[str, Status]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _self_tests(lines: Iterable[str]) -> Iterator[tuple[str, Status]]:
    for line in lines:
        if found := _SELF_TEST.search(line):
            yield found[1], Status.PASSED  # which a line below may take back
        elif found := _SELF_FAILURE.search(line):
            yield f"{found[1]}/{found[2]}", Status.FAILED
