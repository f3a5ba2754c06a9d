# SPDX-License-Identifier: GPL-2.0-only
"""The files of a tree that have to do with an API."""

from collections.abc import Sequence

from fencemig.source import Content, Source
from fencemig.symbols import Symbols
from fencemig.system.findings import Findings
from fencemig.system.kernel import Tree
from fencemig.system.shelf import Shelf
from fencemig.types import Headers


class Files:
    """The files of a tree with a word of an API in them, whose texts are on a shelf.

    `sources` use the API, in the order of their paths: those in the `scope` of the paths asked about, and those
    `elsewhere`. Where no errors are stored, nobody looks whether the latter use it.
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
                findings.handed(source)  # while its tree is there
            else:
                self._others.append(source)
            source.shelve(self._shelf.put)

    def callers(self, findings: Findings) -> list[Source]:
        """The files beside the sources that name a function which uses a fence that it is handed, sorted by path."""
        handed = {name for source in self.sources for name in findings.handed(source)}
        # What has a name with a word of the API in it is known: the tree need not be searched for that once more.
        near = {name for name in handed if any(word in name for word in self._symbols.words)}
        found = {source.path: source for source in self._others if any(name.encode() in source.text for name in near)}
        known = {source.path: source for source in (*self.sources, *self._others)}
        for path in self._tree.mentioning(sorted(handed - near)) if handed - near else ():
            if path in known:
                found[path] = known[path]
            elif (text := self._tree.read(path)) is not None:
                found[path] = self._source(path, text)
                found[path].shelve(self._shelf.put)
        sources = {source.path for source in self.sources}
        return [source for path, source in sorted(found.items()) if path not in sources]

    def _source(self, path: str, text: bytes) -> Source:
        return Source(path, text, self._symbols, self._headers)
