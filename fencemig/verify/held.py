# SPDX-License-Identifier: GPL-2.0-only
"""The ledger held against the converted tree: what it says of each site must be what a new census finds there."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fencemig import syntax
from fencemig.census import Kind, Use
from fencemig.lexer import blanked
from fencemig.model import Site, Verdict
from fencemig.source import Source
from fencemig.symbols import Symbols
from fencemig.verify.errors_kept import lost_errors

_REWRITTEN = (Verdict.CONVERT, Verdict.REVIEW)
_NOT_HELD = (Kind.TEXT, Kind.NAMESAKE)  # comments may be reworded, and other names are nobody's business

Place = tuple[str, str | None]  # path and function


@dataclass(frozen=True)
class Converted:
    """The converted tree: every file that uses the API, and the files as they were before the series.

    `paths` are those that the ledger is about: a list of files and folders. `by_hand` are files that a person
    changed, of which it cannot know.
    """

    sources: Mapping[str, Source]
    symbols: Symbols
    paths: Sequence[str]
    read_base: Callable[[str], bytes | None]
    by_hand: frozenset[str] = frozenset()

    def uses(self) -> Iterator[tuple[Source, Use]]:
        """Every use of the API below the paths that the ledger must explain."""
        for source in self.sources.values():
            if self.explained(source.path) and self._in_scope(source.path):
                yield from ((source, use) for use in source.uses if self._is_held(use))

    def _is_held(self, use: Use) -> bool:
        """Whether the ledger has the text of a use; of a new function, who declares it is nobody's business."""
        return use.kind is Kind.CALL or (use.kind not in _NOT_HELD and self.symbols.role(use.callee) != "new")

    def explained(self, path: str) -> bool:
        """Whether the ledger tells all of a file: not of the core's own, and of what people changed by hand."""
        return path not in self.symbols.core and path not in self.by_hand

    def _in_scope(self, path: str) -> bool:
        """Whether the ledger is about a file."""
        return any(part == "." or path == part or path.startswith(f"{part}/") for part in self.paths)

    def lacks_error(self, use: Use) -> bool:
        """Whether a use is a call in the old form: one that signals without saying whether the work succeeded."""
        calls = use.kind is Kind.CALL and self.symbols.role(use.callee) not in ("", "store")
        return calls and not self.symbols.is_converted(use.callee, len(use.arguments))

    def is_new(self, place: Place) -> bool:
        """Whether a function was not there before the series, which may bring tests."""
        path, function = place
        text = self.read_base(path)
        if text is None or function is None:
            return text is None
        return function not in {syntax.text_of(name).decode() for name in syntax.defined_names(syntax.parse(text))}


def hold(sites: Collection[Site], tree: Converted) -> Iterator[str]:
    """Yield a line for everything in which the converted tree differs from what the ledger's sites say of it.

    Per function both must have the same calls and stores, as often. In functions that
    are new (tests that the core patch brings) and in the core's own files only calls without their error count,
    and so they do in the whole tree when there are no transitional macros to supply it.
    """
    yield from _differences(sites, tree)
    yield from _without_error(tree)
    yield from lost_errors([site for site in sites if tree.explained(site.path)], tree.sources)


def _differences(sites: Iterable[Site], tree: Converted) -> Iterator[str]:
    expected, optional = _expected(site for site in sites if tree.explained(site.path))
    found: dict[Place, dict[str, list[Use]]] = {}
    for source, use in tree.uses():
        found.setdefault((source.path, use.function), {}).setdefault(_unspaced(use.before), []).append(use)
    for place in sorted({*expected, *found}, key=lambda place: (place[0], place[1] or "")):
        wanted, there = expected.get(place, {}), found.get(place, {})
        for text, named in wanted.items():
            for site in named[len(there.get(text, ())) :]:
                yield f"{site.id}: {site.after or site.before} is not there"
        explained = {text: len(named) for text, named in wanted.items()}
        surplus = [
            use
            for text, uses in there.items()
            for use in uses[explained.get(text, 0) + optional.get(place, Counter())[text] :]
        ]
        if surplus and place not in expected and tree.is_new(place):
            surplus = [use for use in surplus if tree.lacks_error(use)]
        for use in surplus:
            yield f"{place[0]}:{use.line}: {use.before} is not in the ledger's account of {place[1] or 'the file'}"


def _expected(
    sites: Iterable[Site],
) -> tuple[dict[Place, dict[str, list[Site]]], dict[Place, Counter[str]]]:
    """What must be in each function of the converted tree, and what may be."""
    expected: dict[Place, dict[str, list[Site]]] = {}
    optional: dict[Place, Counter[str]] = {}
    for site in sites:
        place = site.path, site.function
        mentioned = site.verdict is Verdict.KEEP and site.before == site.callee
        if mentioned or site.merged_into:
            continue
        if site.verdict in _REWRITTEN and site.after is None:  # gone, or there with the same words
            optional.setdefault(place, Counter())[_unspaced(site.before)] += 1
        else:
            expected.setdefault(place, {}).setdefault(_unspaced(site.after or site.before), []).append(site)
    return expected, optional


def _without_error(tree: Converted) -> Iterator[str]:
    """Calls that would not compile, or that the core makes, once its functions take an error."""
    header = b"\n".join(blanked(source.text) for path, source in tree.sources.items() if path in tree.symbols.core)
    if not re.search(rb"\bint\s+err\s*\)", header):
        return  # a series without the core patch
    names = "|".join(tree.symbols.functions)
    transitional = re.search(rf"#\s*define\s+(?:{names})\s*\(".encode(), header)
    for path, source in tree.sources.items():
        if transitional and path not in tree.symbols.core:
            continue
        for use in source.uses:
            if tree.lacks_error(use):
                yield f"{path}:{use.line}: {use.before} lacks its error"


def _unspaced(text: str) -> str:
    return "".join(text.split())
