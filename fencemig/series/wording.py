# SPDX-License-Identifier: GPL-2.0-only
"""What the texts of a series share: wrapping, and words for sites."""

import textwrap
from collections.abc import Callable, Iterable

from fencemig.decided import ACCEPTED
from fencemig.decisions import Choice
from fencemig.model import Site, Verdict

WIDTH = 75  # of subjects and texts: Documentation/process/submitting-patches.rst
REWRITTEN = (Verdict.CONVERT, Verdict.REVIEW)
LEFT = (Verdict.MANUAL, Verdict.UNREACHED)


def wrapped(text: str, indent: str = "", width: int = WIDTH, mark: str = "") -> str:
    """Paragraphs wrapped at 75 columns; words, names of functions and files among them, are never cut.

    A mark stands in the indent of each first line.
    """
    return "\n\n".join(
        textwrap.fill(
            " ".join(paragraph.split()),
            width,
            initial_indent=mark.ljust(len(indent)),
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in text.strip().split("\n\n")
    )


def grouped(sites: Iterable[Site], key: Callable[[Site], str]) -> dict[str, list[Site]]:
    """The sites by a key, both in the order in which they come."""
    groups: dict[str, list[Site]] = {}
    for site in sites:
        groups.setdefault(key(site), []).append(site)
    return groups


def where(site: Site) -> str:
    """The function that a site stands in, or what it calls outside of one."""
    return f"{site.function}()" if site.function else site.callee


def is_accepted(site: Site) -> bool:
    """Whether it was for review, and a person looked at it and accepted it."""
    return site.verdict is Verdict.REVIEW and site.decision == Choice.ACCEPT


def word_for(site: Site) -> str:
    """What the person said who accepted a site; "" without a word."""
    return site.reason.partition(f"{ACCEPTED}: ")[2] if is_accepted(site) else ""


def reason(site: Site) -> str:
    """Why a site needs a person; the function that it stands in is named beside it."""
    said = site.reason.partition(ACCEPTED)[0] if is_accepted(site) else site.reason
    said = said or "no reason was given"
    return said.replace(f"{site.function}()", "the function", 1) if said.startswith(f"{site.function}()") else said
