# SPDX-License-Identifier: GPL-2.0-only
"""Which fences may carry an error that was stored elsewhere.

A signal that passes 0 keeps such an error. That is right, but the maintainer may want to pass it instead: so
the site is for review. What is not known to be another fence counts as the same one.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import attrgetter

from fencemig.census import Kind, Use
from fencemig.fences import Fence, Tracer, driver_of
from fencemig.functions import is_static, parameters
from fencemig.places import Found, Place, Places
from fencemig.source import Source

_NAMED = 3  # stores, or places of signals, that a reason names


@dataclass(frozen=True, slots=True)
class Store:
    """An error store that is still there after the conversion, and the fences that it may be about."""

    path: str
    function: str | None
    line: int
    fences: frozenset[Fence]

    def __str__(self) -> str:
        where = f"{self.function}(), " if self.function else ""
        return f"{where}{self.path}:{self.line}"


def is_store(source: Source, use: Use) -> bool:
    """Whether a use keeps an error in a fence."""
    return use.kind is Kind.STORE or (use.kind is Kind.CALL and source.symbols.role(use.callee) == "store")


def handed_functions(source: Source) -> frozenset[str]:
    """The functions visible outside of a file that use a fence which they are handed."""
    names = set()
    for use in source.uses if source.symbols.stores else ():
        definition = source.definition(use) if use.arguments else None
        if definition is None or is_static(definition):
            continue
        root = re.match(r"[&*(]*(\w+)", source.target(use))
        if root and use.function and root[1] in parameters(definition):
            names.add(use.function)
    return frozenset(names)


def store_of(source: Source, use: Use, tracer: Tracer) -> Store:
    """The store that a use is."""
    return Store(source.path, use.function, use.line, tracer.fences(source, use))


class Stores:
    """The errors that are stored anywhere in a tree after its conversion, held against signals that pass none."""

    def __init__(self, stores: Sequence[Store], tracer: Tracer) -> None:
        self.all = tuple(stores)
        self.tracer = tracer
        self._places = Places(tracer, map(_place, stores))

    def carriers(self, source: Source, use: Use) -> Found:
        """The stores (by their numbers in `all`) that may have put an error into the fence of a signal."""
        signal = Place(source.path, use.function, self.tracer.fences(source, use), self.tracer.handed(source, use))
        beside = self._places.of_function(source.path, use.function)
        counting = [number for number in beside if self._carries(signal, self.all[number])]
        return self._places.sharing(signal).without(beside).adding(counting)

    def _carries(self, signal: Place, store: Store) -> bool:
        """Whether a store counts for a signal of its own function, where also what nothing names is one fence."""
        return store.function in signal.names or any(
            fence.member in ("", other.member) or not other.member for fence in signal.fences for other in store.fences
        )

    def reason(self, carriers: Found) -> str:
        """What to tell the maintainer of a fence that carries an error."""
        named = "; ".join(str(self.all[number]) for number in islice(carriers, _NAMED))
        return f"an error may be stored for this fence in {named}{_more(carriers)}: 0 keeps it, or pass it here"

    def others_near(self, path: str, carriers: Found) -> list[Store]:
        """The stores of the driver of a file that are about other fences."""
        near = self._places.in_driver(driver_of(path))
        return [self.all[number] for number in near if number not in carriers]


class Signals:
    """The functions of a tree that signal fences. What they are about is looked at when the first store asks."""

    def __init__(self, sources: Iterable[Source], tracer: Tracer) -> None:
        self._sources = sorted(sources, key=lambda source: source.path)
        self._tracer = tracer

    def elsewhere(self, source: Source, use: Use) -> str:
        """Up to three places that signal the fence of a store, the closest first: its driver's, then neighbours'."""
        store = _place(store_of(source, use, self._tracer))
        beside = self._index.of_function(store.path, store.function)
        found = self._index.sharing(store).without(beside)
        named = "; ".join(self._shown(number, store) for number in islice(self._closest(store.path, found), _NAMED))
        return f"{named}{_more(found)}"

    @cached_property
    def _signalling(self) -> tuple[list[Source], list[str | None]]:
        """Every function that signals, by path, with its file: the numbers of the index."""
        sources: list[Source] = []
        functions: list[str | None] = []
        for source in self._sources:
            for function in dict.fromkeys(use.function for use in source.uses if _signals(source, use)):
                sources.append(source)
                functions.append(function)
        return sources, functions

    @cached_property
    def _index(self) -> Places:
        return Places(self._tracer, map(self._signal, *self._signalling))

    def _signal(self, source: Source, function: str | None) -> Place:
        uses = [use for use in source.uses if use.function == function and _signals(source, use)]
        names = frozenset[str]().union(*(self._tracer.handed(source, use) for use in uses))
        return Place(source.path, function, self._tracer.all_fences(source, uses), names)

    def _closest(self, path: str, found: Found) -> Iterator[int]:
        """The numbers, those first whose file shares most of its folders with a path: they stand side by side."""
        sources, by_path = self._signalling[0], attrgetter("path")
        first, end = bisect_left(sources, path, key=by_path), bisect_right(sources, path, key=by_path)
        yield from found.between(first, end)
        for slash in (*reversed([*re.finditer("/", path)]), None):
            folder = path[: slash.end()] if slash else ""
            begun, ended = first, end
            first = bisect_left(sources, folder, key=by_path)
            end = bisect_left(sources, True, lo=first, key=lambda other: not other.path.startswith(folder))
            yield from found.between(first, begun)
            yield from found.between(ended, end)

    def _shown(self, number: int, store: Place) -> str:
        """A function with its first signal that may be about the fence of a store."""
        sources, functions = self._signalling
        source, function = sources[number], functions[number]
        line = next(
            use.line
            for use in source.uses
            if use.function == function and _signals(source, use) and self._may_signal(source, use, store)
        )
        return f"{function}(), {source.path}:{line}"

    def _may_signal(self, source: Source, use: Use, store: Place) -> bool:
        here, there = driver_of(source.path), driver_of(store.path)
        return not store.names.isdisjoint(self._tracer.handed(source, use)) or any(
            self._tracer.may_be_same(here, fence, there, other)
            for fence in self._tracer.fences(source, use)
            for other in store.fences
        )


def _signals(source: Source, use: Use) -> bool:
    symbols = source.symbols
    counts = symbols.stores and source.path not in symbols.core
    return counts and use.kind is Kind.CALL and symbols.role(use.callee) in ("signal", "check")


def _place(store: Store) -> Place:
    names = frozenset[str]() if store.function is None else frozenset({store.function})
    return Place(store.path, store.function, store.fences, names)


def _more(found: Found) -> str:
    return f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
