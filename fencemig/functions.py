# SPDX-License-Identifier: GPL-2.0-only
"""Which of many files define a function, and which name it: by their text, so that only those are parsed."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from zlib import crc32

from tree_sitter import Node

from fencemig import syntax
from fencemig.source import Source

_HEAD = re.compile(rb"^[A-Za-z_][^;{}]*\{", re.MULTILINE)  # of a function, or of anything else with a body
_NAMED = re.compile(rb"(\w+)\s*\(")
_STATIC = re.compile(rb"\bstatic\b")
_BITS = 32  # of the number of a file; the checksum of a name has as many
_RUN = 1 << 16  # of what is sorted at once
_NO_WORD = bytes(byte if chr(byte).isalnum() or byte == ord("_") else ord(" ") for byte in range(128)) + b" " * 128


class _Numbers:
    """Numbers by name. What is kept of a name is a checksum: a number may be found by another name, too."""

    def __init__(self, pairs: Iterable[tuple[bytes, int]]) -> None:
        packed = iter(crc32(name) << _BITS | number for name, number in pairs)
        # To sort all of them at once would take several times the memory that they take afterwards.
        self._sorted = [array("Q", some) for some in iter(lambda: sorted(islice(packed, _RUN)), [])]

    def of(self, name: bytes) -> list[int]:
        """The numbers of a name, ascending."""
        first = crc32(name) << _BITS
        return sorted(
            pair - first
            for run in self._sorted
            for pair in run[bisect_left(run, first) : bisect_left(run, first + (1 << _BITS))]
        )


class Functions:
    """The functions of some files. What is remembered is which files to look into, not what is in them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def definitions(self, name: str) -> Iterator[Node]:
        """The definitions of a function."""
        for number in self._defining.of(name.encode()):
            for mention in self._sources[number].mentions(name):
                definition = syntax.enclosing(mention, syntax.FUNCTION)
                head = None if definition is None else definition.child_by_field_name("declarator")
                if definition is None or head is None or not head.start_byte <= mention.start_byte < head.end_byte:
                    continue
                if syntax.function_name(definition) == name:
                    yield definition

    def mentioning(self, name: str) -> list[Source]:
        """The files that may name a function which other files can see."""
        return [self._sources[number] for number in self._mentioning.of(name.encode())]

    @cached_property
    def _defining(self) -> _Numbers:
        return _Numbers(
            (name, number)
            for number, source in enumerate(self._sources)
            for name in {name for head in _HEAD.findall(source.text) for name in _NAMED.findall(head)}
        )

    @cached_property
    def _mentioning(self) -> _Numbers:
        seen = {
            crc32(name)
            for source in self._sources
            for head in _HEAD.findall(source.text)
            if not _STATIC.search(head)
            for name in _NAMED.findall(head)
        }
        return _Numbers(
            (name, number)
            for number, source in enumerate(self._sources)
            for name in set(source.text.translate(_NO_WORD).split())
            if crc32(name) in seen
        )


def parameters(definition: Node) -> list[str]:
    """The names of a function's parameters."""
    declarator = definition.child_by_field_name("declarator")
    while declarator is not None and declarator.type != "function_declarator":
        declarator = declarator.child_by_field_name("declarator")
    listed = None if declarator is None else declarator.child_by_field_name("parameters")
    if listed is None:
        return []
    names = []
    for parameter in listed.named_children:
        inner = parameter.child_by_field_name("declarator")
        while inner is not None and inner.type != "identifier":
            inner = inner.child_by_field_name("declarator")
        names.append("" if inner is None else syntax.text_of(inner).decode(errors="replace"))
    return names


def is_static(definition: Node) -> bool:
    """Whether a function is seen in its own file only."""
    return any(
        child.type == "storage_class_specifier" and syntax.text_of(child) == b"static" for child in definition.children
    )
