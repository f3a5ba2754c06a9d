# SPDX-License-Identifier: GPL-2.0-only
"""What is made from a text and is large: the last ones are kept, older ones are made anew when they are needed."""

from collections import OrderedDict
from collections.abc import Callable
from sys import getrefcount
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")

_LEAST = 1 << 10  # bytes that a text counts at least: small ones need memory, too
_ALONE = {b"": object()}
_UNHELD = getrefcount(_ALONE[b""])  # what it counts for a thing that is in a dict and nowhere else


class Pool(Generic[Made]):
    """What `make` makes from texts, for the texts of last use that have at most `limit` bytes together.

    What somebody still holds stays beyond that: to drop it would free nothing, and the next to ask would get another
    one. Safe for several threads; `make` runs in one of them at a time.
    """

    def __init__(self, make: Callable[[bytes], Made], limit: int) -> None:
        self._make = make
        self._limit = limit
        self._lock = Lock()
        self._kept: OrderedDict[bytes, Made] = OrderedDict()
        self._size = 0

    def get(self, text: bytes) -> Made:
        """What is made from a text: the same object for all who ask while somebody holds it."""
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
            made = self._kept[text] = self._make(text)
            self._size += max(len(text), _LEAST)
            self._drop_unheld()
            return made

    def _drop_unheld(self) -> None:
        """Drop what was used longest ago, until the rest is within the limit."""
        dropped = []
        for text in self._kept:
            if self._size <= self._limit:
                break
            if getrefcount(self._kept[text]) == _UNHELD:
                self._size -= max(len(text), _LEAST)
                dropped.append(text)
        for text in dropped:
            del self._kept[text]
