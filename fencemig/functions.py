# SPDX-License-Identifier: GPL-2.0-only
"""Which of many files define a function, and which name it: by their text, so that only those are parsed."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from tree_sitter import Node

from fencemig import syntax
from fencemig.source import Source

_HEAD = re.compile(rb"^[A-Za-z_][^;{}]*\{", re.MULTILINE)  # of a function, or of anything else with a body
_NAMED = re.compile(rb"(\w+)\s*\(")
_STATIC = re.compile(rb"\bstatic\b")
_NO_WORD = bytes(byte if chr(byte).isalnum() or byte == ord("_") else ord(" ") for byte in range(128)) + b" " * 128


class Functions:
    """The functions of some files. What is remembered are files, never their syntax trees."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def definitions(self, name: str) -> Iterator[Node]:
        """The definitions of a function."""
        for source in self._defining.get(name.encode(), ()):
            for mention in source.mentions(name):
                definition = syntax.enclosing(mention, syntax.FUNCTION)
                head = None if definition is None else definition.child_by_field_name("declarator")
                if definition is None or head is None or not head.start_byte <= mention.start_byte < head.end_byte:
                    continue
                if syntax.function_name(definition) == name:
                    yield definition

    def mentioning(self, name: str) -> Sequence[Source]:
        """The files that name a function which other files can see."""
        return self._mentioning.get(name.encode(), ())

    @cached_property
    def _defining(self) -> Mapping[bytes, Sequence[Source]]:
        found: dict[bytes, list[Source]] = defaultdict(list)
        for source in self._sources:
            for name in {name for head in _HEAD.findall(source.text) for name in _NAMED.findall(head)}:
                found[name].append(source)
        return found

    @cached_property
    def _mentioning(self) -> Mapping[bytes, Sequence[Source]]:
        seen = {
            name
            for source in self._sources
            for head in _HEAD.findall(source.text)
            if not _STATIC.search(head)
            for name in _NAMED.findall(head)
        }
        found: dict[bytes, list[Source]] = defaultdict(list)
        for source in self._sources:
            for name in seen.intersection(source.text.translate(_NO_WORD).split()):
                found[name].append(source)
        return found


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
