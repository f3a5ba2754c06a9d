# SPDX-License-Identifier: GPL-2.0-only
"""Where things are: names of sites within the page, and lines of code in the kernel's repository."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from fencemig.report.page.model import Piece, Sentence

_STABLE = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/tree"
_RELEASE = re.compile(r"(\d+\.\d+)\.(\d+)(-rc\d+)?")
_PLACE = re.compile(r"(?P<path>[\w.+-]+(?:/[\w.+-]+)+):(?P<line>\d+)\b|\bline (?P<own>\d+)\b")


def slug(site_id: str, function: str | None) -> str:
    """The name of a site in a page: readable, and the same in every page that has this site."""
    name = re.sub(r"[^A-Za-z0-9_]+", "-", function or "file")
    return f"site-{name}-{hashlib.sha256(site_id.encode(errors='surrogatepass')).hexdigest()[:8]}"


def tag_of(kernel: str | None) -> str:
    """The tag of a release: v7.3.4 for 7.3.4, v7.3 for 7.3.0, v7.3-rc2 for 7.3.0-rc2; "" for any other version."""
    found = _RELEASE.fullmatch(kernel or "")
    if found is None:
        return ""
    series, number, candidate = found.groups()
    if candidate:
        return f"v{series}{candidate}" if number == "0" else ""
    return f"v{series}" if number == "0" else f"v{series}.{number}"


class Places:
    """Links to lines of code. `known` has the slugs of sites by path and line."""

    def __init__(self, kernel: str | None, known: Mapping[tuple[str, int], str]) -> None:
        self._tag = tag_of(kernel)
        self._known = known

    def url(self, path: str, line: int) -> str:
        """The line in the kernel's repository; "" where the tree is no release."""
        if not self._tag:
            return ""
        return f"{_STABLE}/{quote(path.encode(errors='surrogatepass'))}?h={self._tag}#n{line}"

    def linked(self, text: str, path: str) -> Sentence:
        """A sentence about the file `path`, with links where it names a line: to the site there, or to the code."""
        return tuple(self._pieces(text, path))

    def _pieces(self, text: str, path: str) -> Iterator[Piece]:
        end = 0
        for found in _PLACE.finditer(text):
            place = found["path"] or path, int(found["line"] or found["own"])
            href = f"#{self._known[place]}" if place in self._known else self.url(*place)
            if found.start() > end:
                yield Piece(text[end : found.start()])
            yield Piece(found[0], href)
            end = found.end()
        if end < len(text):
            yield Piece(text[end:])
