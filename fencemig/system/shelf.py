# SPDX-License-Identifier: GPL-2.0-only
"""What is too much for memory when there are thousands of files, and is asked for again, mostly soon."""

import pickle
import tempfile
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

_IN_MEMORY = 8 << 20  # bytes: a kernel's files that use an API of some drivers, so that nothing is written for them
_AT_HAND = 64  # things that were put or fetched last


class Shelf(Generic[Thing]):
    """Things in the order in which they were put, beyond some megabytes in a temporary file without a name.

    Nobody else can write there, so what is unpickled is what was pickled. Safe for several threads. Raises OSError when
    the file cannot be written.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it ends with the shelf
        self._ends = array("Q", [0])
        self._at_hand: OrderedDict[int, Thing] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def put(self, thing: Thing) -> "Slot[Thing]":
        """Put a thing behind the others."""
        packed = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            number = len(self)
            self._file.seek(self._ends[-1])  # and not behind what could not be written
            self._file.write(packed)
            self._ends.append(self._ends[-1] + len(packed))
            self._keep_at_hand(number, thing)
        return Slot(self, number)

    def fetch(self, number: int) -> Thing:
        """The thing that was put there: equal to it, but not always the same object."""
        with self._lock:
            if number in self._at_hand:
                self._at_hand.move_to_end(number)
                return self._at_hand[number]
            self._file.seek(self._ends[number])
            thing: Thing = pickle.loads(self._file.read(self._ends[number + 1] - self._ends[number]))
            self._keep_at_hand(number, thing)
            return thing

    def _keep_at_hand(self, number: int, thing: Thing) -> None:
        self._at_hand[number] = thing
        if len(self._at_hand) > _AT_HAND:
            self._at_hand.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Slot(Generic[Thing]):
    """Where a thing is on a shelf."""

    shelf: Shelf[Thing]
    number: int

    def __call__(self) -> Thing:
        return self.shelf.fetch(self.number)


class ByPath(Mapping[str, Thing]):
    """What was found of files, by path, in the order in which it was added."""

    def __init__(self) -> None:
        self._shelf = Shelf[Thing]()
        self._numbers: dict[str, int] = {}

    def add(self, path: str, found: Thing) -> None:
        """Add what was found of one more file."""
        self._numbers[path] = self._shelf.put(found).number

    def __getitem__(self, path: str) -> Thing:
        return self._shelf.fetch(self._numbers[path])

    def __contains__(self, path: object) -> bool:
        return path in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
