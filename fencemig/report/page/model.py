# SPDX-License-Identifier: GPL-2.0-only
"""What the review page shows, as data. All texts are as they were found: to escape them is the renderer's part."""

from collections.abc import Mapping
from dataclasses import dataclass

from fencemig.model import Evidence, Site


@dataclass(frozen=True)
class Piece:
    """A part of a sentence; `href` is where it leads, "" for plain text."""

    text: str
    href: str = ""


Sentence = tuple[Piece, ...]


@dataclass(frozen=True)
class SiteView:
    """A site as it is shown. `slug` names it in this page and in later ones; `card` is None in a table.

    `subsystem` is the prefix of a subject ("drm/xe"), `words` what its rule does, `url` its line in the kernel's
    repository. `open` is whether a person can decide about it, `merged` the slug of what it went into.
    """

    site: Site
    slug: str
    card: int | None
    subsystem: str
    words: str
    url: str
    open: bool
    merged: str
    reason: Sentence
    found: tuple[Sentence, ...]
    missed: tuple[Sentence, ...]


@dataclass(frozen=True)
class Row:
    """A line of code: its mark (" ", "-" or "+"), its 1-based number, and what of it changed, as ranges of columns.

    A blank one (no mark) stands where the other side has a line and this one has none.
    """

    mark: str
    number: int = 0
    text: str = ""
    changed: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Block:
    """Lines that stay, or lines that go (with blanks, so that pairs stand side by side) and those that come."""

    kept: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    added: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Card:
    """A hunk with its sites, or a site that is left to a person with the code around it (`evidence`).

    A hunk without a site, as for a new local, goes with the card of the nearest one in its file: `companion`.
    """

    number: int
    path: str
    heading: str
    line: int
    url: str
    sites: tuple[SiteView, ...]
    blocks: tuple[Block, ...] = ()
    shift: int = 0  # the number of the first line after, less that before
    evidence: Evidence | None = None
    companion: int = 0  # its number, 0 without one


@dataclass(frozen=True)
class Section:
    """A patch with its hunks, or, without a file, the sites of a subsystem that are left to people."""

    number: int
    subsystem: str
    title: str
    cards: tuple[Card, ...]
    counts: Mapping[str, int]
    file: str = ""
    message: str = ""
    people: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Table:
    """The sites of one verdict that ask nothing of anybody."""

    verdict: str
    sites: tuple[SiteView, ...]


@dataclass(frozen=True)
class Run:
    """One run of the migration: its folder's name, its base, and the counts by verdict; `shown` is the page's own."""

    name: str
    base: str
    counts: Mapping[str, int]
    shown: bool


@dataclass(frozen=True)
class Page:
    """All of it. `heat` has the counts by subsystem and verdict, `rules` and `subsystems` what can be filtered by."""

    name: str
    title: str
    letter: str
    migration: str
    kernel: str
    commit: str
    generation: str
    paths: tuple[str, ...]
    series: tuple[str, ...]
    version: int
    patches: tuple[Section, ...]
    todo: tuple[Section, ...]
    tables: tuple[Table, ...]
    counts: Mapping[str, int]
    heat: Mapping[str, Mapping[str, int]]
    rules: tuple[str, ...]
    runs: tuple[Run, ...]
    decisions: Mapping[str, object]

    @property
    def sites(self) -> tuple[SiteView, ...]:
        """All sites, in the order in which the page has them."""
        cards = (card for section in (*self.patches, *self.todo) for card in section.cards)
        shown = [site for card in cards for site in card.sites]
        return (*shown, *(site for table in self.tables for site in table.sites))
