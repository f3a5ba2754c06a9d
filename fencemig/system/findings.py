# SPDX-License-Identifier: GPL-2.0-only
"""What was found out about single files, kept between runs.

It counts as long as the file is as it was, and so are the headers that were looked for on its behalf; what the program
is, and what it was asked about the file, makes the key.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from fencemig import digests
from fencemig.carried import handed_functions
from fencemig.census import Use
from fencemig.classify import Examined
from fencemig.decisions import Decisions
from fencemig.source import Source
from fencemig.symbols import Symbols
from fencemig.system.cache import Kind, user_cache
from fencemig.system.memo import program
from fencemig.system.shelf import Shelf, Slot
from fencemig.transform import Outcome, Refusal
from fencemig.types import Headers


@dataclass(frozen=True, slots=True)
class Finding:
    """What a file tells without any other but its headers.

    `handed` are its functions that use a fence which they are handed. `outcome` is None for a file that did not go
    through spatch, `held` has what was kept from it.
    """

    uses: tuple[Use, ...]
    handed: frozenset[str]
    outcome: Outcome | None
    held: Mapping[int, Refusal]


_Kept = tuple[dict[str, str], Finding]  # the digests of the headers that it rests on, by path


class Findings:
    """What earlier runs found out about the files of a tree, and what this run adds.

    `about` is what all of it depends on, beside the program, the file, its headers, and the decisions on its sites;
    without it nothing is kept.
    """

    def __init__(self, about: Iterable[str] | None, headers: Headers, symbols: Symbols, decisions: Decisions) -> None:
        self._cache = None if about is None else user_cache()
        self._program = program()
        self._about = digests.of_parts([*self._program, *(about or ())])
        self._headers = headers
        self._symbols = symbols
        self._decided: dict[str, list[str]] = defaultdict(list)
        for site, decision in decisions.sites.items():
            self._decided[site.rsplit(":", 2)[0]].append(repr(decision))
        self._sources: list[Source] = []
        self._known: dict[str, Slot[_Kept]] = {}
        self._shelf = Shelf[_Kept]()
        self._handed: dict[str, frozenset[str]] = {}

    def source(self, path: str, text: bytes) -> Source:
        """A file, with its census where that is known."""
        uses = None
        if (kept := self._kept(path, text)) is not None:
            self._known[path] = self._shelf.put(kept)
            uses = kept[1].uses
        self._sources.append(Source(path, text, self._symbols, self._headers, uses))
        return self._sources[-1]

    def handed(self, source: Source) -> frozenset[str]:
        """The functions of a file that use a fence which they are handed; see carried.handed_functions()."""
        if (found := self._found(source)) is not None:
            return found.handed
        if source.path not in self._handed:
            self._handed[source.path] = handed_functions(source)
        return self._handed[source.path]

    def examined(self, source: Source) -> Examined | None:
        """What became of a file, where that is known."""
        found = self._found(source)
        return None if found is None or found.outcome is None else Examined(source, found.outcome, found.held)

    def keep(self, examined: Mapping[str, Examined]) -> None:
        """Keep what is new. `examined` are the files that went through spatch; where it did not get to a site, it will
        be asked again.
        """
        if self._cache is None or self._program != program():  # somebody is at work on it
            return
        for source in self._sources:
            found, one = self._found(source), examined.get(source.path)
            if one is None:
                if found is None and self._symbols.stores:  # without stores, files elsewhere are not even counted
                    self._put(source, Finding(source.uses, self.handed(source), None, {}))
            elif (found is None or found.outcome is None) and not one.outcome.unreached:
                self._put(source, Finding(source.uses, self.handed(source), one.outcome, one.held))

    def _found(self, source: Source) -> Finding | None:
        return self._known[source.path]()[1] if source.path in self._known else None

    def _put(self, source: Source, finding: Finding) -> None:
        if self._cache is not None:
            before = self._known[source.path]()[0] if source.path in self._known else {}
            now = self._headers.pop_looked_for(source.path)
            with suppress(UnicodeEncodeError):  # a name that is not UTF-8: the file will be looked at again
                value = msgspec.msgpack.encode(({**before, **now}, finding))
                self._cache.put(Kind.FILES, self._key(source.path, source.text), value)

    def _kept(self, path: str, text: bytes) -> _Kept | None:
        kept = None if self._cache is None else self._cache.get(Kind.FILES, self._key(path, text))
        if kept is None:
            return None
        try:
            found: _Kept = msgspec.msgpack.decode(kept, type=_Kept)
        except msgspec.MsgspecError:  # somebody else's
            return None
        return found if all(self._headers.digest(header) == digest for header, digest in found[0].items()) else None

    def _key(self, path: str, text: bytes) -> str:
        return digests.of_parts([self._about, path, digests.of_content(text), *self._decided.get(path, ())])
