# SPDX-License-Identifier: GPL-2.0-only
"""Code as HTML, as lean as it can be: a page may have ten thousand hunks. Numbers and marks are drawn by the style."""

import html
from collections.abc import Iterable, Sequence
from itertools import groupby

from markupsafe import Markup

from fencemig.report.page.code import Segment, coloured, cut
from fencemig.report.page.model import Block, Card, Row

_TAGS = {" ": "span", "-": "del", "+": "ins"}


def diff(card: Card) -> Markup:
    """The lines of a hunk: `span`s, `del`s and `ins`s with their number; what belongs together is in a `span.b`."""
    old = _lexed([row for block in card.blocks for row in (*block.kept, *block.removed) if row.mark], card.path)
    new = _lexed([row for block in card.blocks for row in (*block.kept, *block.added) if row.mark], card.path)
    parts = [_block(block, old, new) for block in card.blocks]
    return Markup("\n".join(parts))


def source(card: Card) -> Markup:
    """The code around a site that is left to a person, the site's line marked."""
    if card.evidence is None:
        return Markup()
    found = []
    for at, line in enumerate(coloured(card.evidence.code, card.path), card.evidence.line):
        here = " class=at" if at == card.line else ""
        found.append(f"<span data-l={at}{here}>{_spans(line)}</span>")
    return Markup("\n".join(found))


def _lexed(side: Sequence[Row], path: str) -> dict[Row, list[Segment]]:
    """The lines of a side, lexed together."""
    return dict(zip(side, coloured([row.text for row in side], path), strict=True))


def _block(block: Block, old: dict[Row, list[Segment]], new: dict[Row, list[Segment]]) -> str:
    if block.kept:
        return "\n".join(_line(row, old[row]) for row in block.kept)
    removed = [_line(row, old[row]) if row.mark else "<s></s>" for row in block.removed]
    added = [_line(row, new[row]) if row.mark else "<u></u>" for row in block.added]
    lines = "\n".join([*removed, *added])
    return f"<span class=b>{lines}</span>"


def _line(row: Row, segments: Sequence[Segment]) -> str:
    tag = _TAGS[row.mark]
    runs = ((on, _spans(run)) for on, run in cut(segments, row.changed))
    content = "".join(f"<mark>{run}</mark>" if on else run for on, run in runs)
    return f"<{tag} data-l={row.number}>{content}</{tag}>"


def _spans(segments: Iterable[Segment]) -> str:
    """Escaped text; neighbours of one class are one element."""
    parts = []
    for name, group in groupby(segments, lambda segment: segment[0]):
        text = html.escape("".join(text for _, text in group), quote=False)
        parts.append(f"<i class={name}>{text}</i>" if name else text)
    return "".join(parts)
