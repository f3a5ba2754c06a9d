# SPDX-License-Identifier: GPL-2.0-only
"""The files of a tree that have to do with an API."""

from collections.abc import Sequence

from fencemig.functions import words_of
from fencemig.source import Content, Source
from fencemig.symbols import Symbols
from fencemig.system.findings import Findings
from fencemig.system.kernel import Tree
from fencemig.system.shelf import Shelf
from fencemig.types import Headers


class Files:
    """The files of a tree with a word of an API in them, whose texts are on a shelf.

    `sources` use the API, in the order of their paths: those below the `paths`, and `elsewhere` the others. Where no
    errors are stored, nobody looks whether those use it.
    """

    def __init__(
        self, tree: Tree, symbols: Symbols, headers: Headers, findings: Findings, paths: Sequence[str]
    ) -> None:
        self._tree = tree
        self._symbols = symbols
        self._headers = headers
        self._shelf = Shelf[Content]()
        self.sources: list[Source] = []
        self.scope: list[Source] = []
        self.elsewhere: list[Source] = []
        self._others: list[Source] = []
        self._handed = set[str]()  # functions that use a fence which they are handed
        for path in tree.mentioning(symbols.words):
            if (text := tree.read(path)) is None:
                continue
            in_sight = symbols.in_sight(text)
            source = findings.source(path, text) if in_sight else self._source(path, text)
            # What is elsewhere is parsed only when it may bear on what is here.
            below = any(part == "." or path == part or path.startswith(part + "/") for part in paths)
            if in_sight and (not (symbols.stores or below) or source.uses):
                self.sources.append(source)
                (self.scope if below else self.elsewhere).append(source)
                self._handed.update(findings.handed(source))
            else:
                self._others.append(source)
            source.shelve(self._shelf.put)

    def callers(self) -> list[Source]:
        """The files beside the sources that name a function which uses a fence that it is handed, sorted by path."""
        names = {function.encode() for function in self._handed}
        found = [source for source in self._others if not names.isdisjoint(words_of(source.text))]
        seen = {source.path for source in (*self.sources, *self._others)}
        # The files with a word of the API are known, and with them those with a longer one.
        new = sorted(name for name in self._handed if not any(word in name for word in self._symbols.words))
        for path in self._tree.mentioning(new) if new else ():
            if path in seen or (text := self._tree.read(path)) is None or names.isdisjoint(words_of(text)):
                continue
            source = self._source(path, text)
            source.shelve(self._shelf.put)
            found.append(source)
        return sorted(found, key=lambda source: source.path)

    def _source(self, path: str, text: bytes) -> Source:
        return Source(path, text, self._symbols, self._headers)
