# SPDX-License-Identifier: GPL-2.0-only
"""The files of a tree together: what a name, a member or a pointer to a function means in a driver."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from tree_sitter import Node

from fencemig.audit.code import Function, Unit, text
from fencemig.types import Headers


class Driver:
    """The files of a driver that name fences."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self._found: dict[str, Function | None] = {}

    def find(self, name: str) -> Function | None:
        """The first definition of a function."""
        if name not in self._found:
            self._found[name] = self._search(name)
        return self._found[name]

    def _search(self, name: str) -> Function | None:
        call = name.encode() + b"("  # a plain search first: it takes a hundredth of the time
        defined = re.compile(rb"^(?:\w[\w \t*]*[ \t*])?" + re.escape(call), re.MULTILINE)
        for unit in self.units:
            if call in unit.source and defined.search(unit.source) and name in unit.functions:
                return unit.functions[name]
        return None

    @cached_property
    def volatile(self) -> frozenset[str]:
        """The names of its pointers to something volatile."""
        declared = re.compile(rb"\bvolatile\s+\w+\s*\*\s*(\w+)\s*;")
        return frozenset(name.decode() for unit in self.units for name in declared.findall(unit.source))


class Program:
    """The files of a tree that name fences."""

    def __init__(self, sources: Mapping[str, bytes], headers: Headers) -> None:
        self.units = {path: Unit(path, source, headers) for path, source in sorted(sources.items())}
        self._drivers = {
            folder: Driver([unit for path, unit in self.units.items() if path.startswith(folder)])
            for folder in set(map(_driver, self.units))
        }
        self._stored: dict[tuple[str, str, str], list[Function]] = {}

    def find(self, name: str, near: Unit) -> Function | None:
        """The definition of a function: in the file itself, else in a file of the same driver."""
        return near.functions.get(name) or self._drivers[_driver(near.path)].find(name)

    def pointed_to(self, pointer: Node, near: Unit) -> list[Function]:
        """The functions that a driver stores in a member such as `fctx->read` of the same struct, in order."""
        owner, member = pointer.child_by_field_name("argument"), pointer.child_by_field_name("field")
        struct = None if owner is None else near.struct_of(owner)
        if member is None or struct is None:
            return []
        key = _driver(near.path), struct, text(member)
        if key not in self._stored:
            self._stored[key] = self._stored_in(*key)
        return self._stored[key]

    def is_volatile(self, member: str, near: Unit) -> bool:
        """Whether a driver declares a pointer to something volatile by this name: memory that the hardware writes."""
        return member in self._drivers[_driver(near.path)].volatile

    def _stored_in(self, driver: str, struct: str, member: str) -> list[Function]:
        stored = re.compile(rb"[.>]" + member.encode() + rb"\s*=\s*&?\w+\s*;")
        found: dict[str, Function] = {}
        for unit in self._drivers[driver].units:
            if not stored.search(unit.source):
                continue
            for change in (change for function in unit.functions.values() for change in function.changes):
                left, right = change.child_by_field_name("left"), change.child_by_field_name("right")
                if left is None or right is None or left.type != "field_expression":
                    continue
                owner, name = left.child_by_field_name("argument"), left.child_by_field_name("field")
                if owner is not None and name is not None and text(name) == member and unit.struct_of(owner) == struct:
                    function = self.find(text(right).lstrip("&"), unit)
                    if function is not None:
                        found[function.name] = function
        return list(found.values())


def _driver(path: str) -> str:
    """The folder of a driver, with its slash: drivers/gpu/drm/xe/, drivers/accel/ivpu/, drivers/gpu/host1x/."""
    folders = path.split("/")[:-1]
    depth = 4 if folders[:3] == ["drivers", "gpu", "drm"] else 3
    return "/".join(folders[:depth]) + "/"
