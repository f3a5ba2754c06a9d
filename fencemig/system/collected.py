# SPDX-License-Identifier: GPL-2.0-only
"""What becomes of all files, and the rows of all sites: on shelves, for there may be more than memory holds."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from fencemig.classify import Examined
from fencemig.model import Site
from fencemig.source import Source
from fencemig.system.shelf import ByPath
from fencemig.transform import Outcome, Refusal

Found = tuple[Outcome, Mapping[int, Refusal]]  # what became of a file, and the sites that were kept from spatch


class Collected(Mapping[str, Examined]):
    """What became of some of the files that went through spatch, by path, in the order of the files."""

    def __init__(self, sources: Iterable[Source], found: ByPath[Found]) -> None:
        self._sources = {source.path: source for source in sources}
        self._found = found

    def only(self, sources: Iterable[Source]) -> "Collected":
        """These alone."""
        return Collected(sources, self._found)

    def __getitem__(self, path: str) -> Examined:
        return Examined(self._sources[path], *self._found[path])

    def __contains__(self, path: object) -> bool:
        return path in self._sources

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


class Rows(Collection[Site]):
    """The sites of files, file by file."""

    def __init__(self, files: Iterable[Sequence[Site]]) -> None:
        self._files = ByPath[Sequence[Site]]()
        self._count = 0
        for sites in files:
            if sites:
                self._files.add(sites[0].path, sites)
                self._count += len(sites)

    def of(self, path: str) -> Sequence[Site]:
        """The sites of one file."""
        return self._files.get(path, ())

    def by_file(self) -> Iterable[Sequence[Site]]:
        """The sites of each file that has some."""
        return self._files.values()

    def __iter__(self) -> Iterator[Site]:
        return (site for sites in self.by_file() for site in sites)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, site: object) -> bool:
        return isinstance(site, Site) and site in self.of(site.path)
