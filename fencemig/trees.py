# SPDX-License-Identifier: GPL-2.0-only
"""The maintainers' trees that paths go in by, under names that folders and branches can have."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from fencemig.maintainers import THE_REST, Owners

_Url = tuple[str, ...]  # host and folders, without the protocol and ".git"

NO_TREE = "other"  # of a path for which MAINTAINERS names no tree but that of THE REST
_TAKEN = {"core", "final", NO_TREE}  # folders that are no tree's

_GENERIC = {"kernel", "linux"}  # repositories that say nothing: whose they are does
_TOO_SHORT = {"fixes", "misc", "next", "rust"}  # parts of somebody's tree
_RENAMED = {"agd5f": "amd"}  # known by what is in it
# These take pull requests. Patches to drivers without a tree of their own go in by drm-misc.
_BY_WAY_OF: dict[_Url, str] = {("drm", "kernel"): "drm-misc", ("drm", "drm"): "drm-misc"}


def group_by_tree(paths: Collection[str], owners: Owners) -> dict[str, str]:
    """The name of the tree of each path: the T: of the most specific section that has one.

    Names have small letters, digits and single dashes between them. Addresses that differ in their protocol
    or in ".git" are one tree; others never share a name: where the short ones would, longer ones tell them apart.
    """
    urls = {path: _url(path, owners) for path in paths}
    names = _names({url for url in urls.values() if url})
    return {path: names[url] if url else NO_TREE for path, url in urls.items()}


def _url(path: str, owners: Owners) -> _Url:
    lines = (line for section in owners.ranking(path) if section.name != THE_REST for line in section.trees)
    return next(filter(None, map(_parse, lines)), ())


def _parse(line: str) -> _Url:
    """The address of a T: line, `git git://host/folders/x.git branch` or less; empty where there is none."""
    address = next((word for word in line.split() if "/" in word), "")
    bare = re.sub(r"^([a-z+]+://)?([^/@]+@)?", "", address).rstrip("/").removesuffix(".git")
    parts = [part for part in re.split("[/:]", bare) if part]
    return (parts[0].lower(), *parts[1:]) if _slug(parts) else ()


def _names(urls: Collection[_Url]) -> dict[_Url, str]:
    """A name for each, as short as may be, and no two alike."""
    detoured = {url: way for url in urls if (way := _BY_WAY_OF.get(url[-2:]))}
    lengths = {url: 1 for url in urls if url not in detoured}
    names = {}
    for _ in range(1 + max(map(len, urls), default=0)):
        names = {url: _label(url, length) for url, length in lengths.items()}
        counts = Counter(names.values())
        clashing = [url for url, name in names.items() if counts[name] > 1 or name in _TAKEN]
        lengths.update((url, lengths[url] + 1) for url in clashing)
    taken = set(_TAKEN)
    for url in sorted(names):  # what differs in dots or case alone
        number = 1
        name = names[url]
        while names[url] in taken:
            number += 1
            names[url] = f"{name}-{number}"
        taken.add(names[url])
    return names | detoured


def _label(url: _Url, length: int) -> str:
    """The last parts of an address, `length` of them or more, until they say something."""
    parts = list(url)
    while parts[-1].lower() in _GENERIC and _slug(parts[:-1]):
        parts.pop()
    while length < len(parts) and _slug(parts[-length:]) in {"", *_TOO_SHORT}:
        length += 1
    return _slug(_RENAMED.get(_slug([part]), part) for part in (parts if length <= len(parts) else url)[-length:])


def _slug(parts: Iterable[str]) -> str:
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")
