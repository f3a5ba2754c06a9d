# SPDX-License-Identifier: GPL-2.0-only
"""Places of a tree that are about fences, found by what a fence is known by: no look at all of them for each fence."""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fencemig.fences import Fence, Tracer, driver_of

Fences = frozenset[Fence]
_RECENT = 256  # answers that are remembered


@dataclass(frozen=True, slots=True)
class Place:
    """A function, or a part of one, with the fences that it may be about.

    `names` are functions: where a signal's function hands the fence that it made to, and a store's own.
    """

    path: str
    function: str | None
    fences: Fences
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found(Collection[int]):
    """Numbers of places, ascending. No number is in two `groups`; `less` are numbers in them that do not count.

    Most are shared by all who ask about the same fences, and never copied.
    """

    groups: tuple[Sequence[int], ...] = ()
    less: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return sum(map(len, self.groups)) - len(self.less)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and number not in self.less and self._has(number)

    def __iter__(self) -> Iterator[int]:
        return self.between(0)

    def between(self, first: int, end: int | None = None) -> Iterator[int]:
        """The numbers from `first` on, up to before `end`."""
        parts = (_between(group, first, end) for group in self.groups)
        return (number for number in heapq.merge(*parts) if number not in self.less)

    def adding(self, numbers: Iterable[int]) -> "Found":
        """These numbers and more."""
        numbers = set(numbers)
        added = sorted(number for number in numbers if not self._has(number))
        return Found((*self.groups, added) if added else self.groups, self.less - numbers)

    def without(self, numbers: Iterable[int]) -> "Found":
        """These numbers but for some."""
        return Found(self.groups, self.less | {number for number in numbers if self._has(number)})

    def _has(self, number: int) -> bool:
        return any(next(_between(group, number, number + 1), None) is not None for group in self.groups)


def _between(numbers: Sequence[int], first: int, end: int | None) -> Iterator[int]:
    for index in range(bisect_left(numbers, first), len(numbers)):
        if end is not None and numbers[index] >= end:
            return
        yield numbers[index]


class Places:
    """An index of places, which are numbered in their order."""

    def __init__(self, tracer: Tracer, places: Iterable[Place]) -> None:
        self._tracer = tracer
        self._by_member: dict[str, list[int]] = defaultdict(list)
        self._by_fence: dict[tuple[str | None, str], list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._functions: list[str | None] = []
        self._by_path: dict[str, list[int]] = defaultdict(list)
        self._in_driver: dict[str, list[int]] = defaultdict(list)
        self._by_driver: dict[str, dict[Fences, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, place in enumerate(places):
            known = {(fence.struct or None, fence.member) for fence in place.fences if fence.member and not fence.made}
            for struct, member in known:
                self._by_fence[struct, member].append(number)
            for member in {member for _, member in known}:
                self._by_member[member].append(number)
            for name in place.names:
                self._by_name[name].append(number)
            self._functions.append(place.function)
            self._by_path[place.path].append(number)
            driver = driver_of(place.path)
            self._by_driver[driver][place.fences].append(number)
            self._in_driver[driver].append(number)
        # Who asks again does so soon, for he is about the same driver.
        self._sharing = lru_cache(_RECENT)(self._all_sharing)
        self._anywhere = lru_cache(_RECENT)(self._all_anywhere)

    def of_function(self, path: str, function: str | None) -> Sequence[int]:
        """The places in a function of a file."""
        return [number for number in self._by_path.get(path, ()) if self._functions[number] == function]

    def in_driver(self, driver: str) -> Sequence[int]:
        """The places in a driver."""
        return self._in_driver.get(driver, ())

    def sharing(self, place: Place) -> Found:
        """The places that may be about a fence of this place, going by what is known in different functions."""
        names = frozenset(name for name in place.names if name in self._by_name)
        return self._sharing(driver_of(place.path), place.fences, names)

    def _all_sharing(self, driver: str, fences: Fences, names: frozenset[str]) -> Found:
        return self._anywhere(fences, names).adding(self._near(driver, fences))

    def _all_anywhere(self, fences: Fences, names: frozenset[str]) -> Found:
        """The places that a member or a function's name joins with a place, whatever driver they are in."""
        groups = [*(self._by_name[name] for name in names), *self._joined(fences)]
        groups.sort(key=len)
        largest = Found((groups.pop(),)) if groups else Found()
        return largest.adding(number for group in groups for number in group)

    def _joined(self, fences: Fences) -> Iterator[Sequence[int]]:
        for fence in fences:
            if fence.made or not fence.member:
                continue
            if fence.struct:
                yield self._by_fence.get((fence.struct, fence.member), ())
            if not fence.is_generic:
                of_unknown_struct = self._by_fence.get((None, fence.member), ())
                yield of_unknown_struct if fence.struct else self._by_member.get(fence.member, ())

    def _near(self, driver: str, fences: Fences) -> Iterator[int]:
        """The places in a driver that may be about one of these fences of the same driver."""
        for others, numbers in self._by_driver.get(driver, {}).items():
            if any(self._tracer.may_be_same(driver, one, driver, other) for one in fences for other in others):
                yield from numbers
