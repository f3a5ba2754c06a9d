# SPDX-License-Identifier: GPL-2.0-only
"""One file of the tree, with what the stages need to know of it: text, syntax, types, uses."""

from collections.abc import Callable
from functools import lru_cache

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Belongs, Kind, Use, take_census
from fencemig.symbols import Symbols
from fencemig.types import Headers, Visible, struct_of

Content = tuple[bytes, tuple[Use, ...] | None]
_NEAR = 64  # files whose tables of callbacks are kept


class Source:
    """A file of the tree. Uses are numbered by their place in `uses`, which somebody may know already."""

    __slots__ = ("_fetch", "_headers", "_text", "_uses", "path", "symbols")

    def __init__(
        self, path: str, text: bytes, symbols: Symbols, headers: Headers, uses: tuple[Use, ...] | None = None
    ) -> None:
        self.path = path
        self.symbols = symbols
        self._headers = headers
        self._text = text
        self._uses = uses
        self._fetch: Callable[[], Content] | None = None

    def shelve(self, put: Callable[[Content], Callable[[], Content]]) -> None:
        """Let text and census, where that is known, be kept by somebody who gives them back when they are needed."""
        self._fetch = put((self._text, self._uses))
        self._text, self._uses = b"", None

    @property
    def text(self) -> bytes:
        """What is in the file."""
        return self._text if self._fetch is None else self._fetch()[0]

    @property
    def root(self) -> Node:
        """The syntax tree. It is not kept here: what holds a source need not hold its tree."""
        return syntax.parse(self.text)

    @property
    def uses(self) -> tuple[Use, ...]:
        """The census of the file."""
        text, uses = (self._text, self._uses) if self._fetch is None else self._fetch()
        if uses is not None:
            return uses
        counted = self._counted(text)
        if self._fetch is None:
            self._uses = counted
        return counted

    def census(self, text: bytes) -> tuple[Use, ...]:
        """The census of this file at any stage of its conversion."""
        return self.uses if text == self.text else self._counted(text)

    def _counted(self, text: bytes) -> tuple[Use, ...]:
        uses = take_census(text, self.symbols, self._belongs)
        beside = {use.function for use in uses if use.kind is Kind.CALL}
        return tuple(use for use in uses if use.belongs is Belongs.YES or use.function in beside)

    def at_stage(self, text: bytes) -> "Source":
        """This file at another stage of its conversion."""
        return Source(self.path, text, self.symbols, self._headers)

    @property
    def visible(self) -> Visible:
        """The declarations that the file and its headers show."""
        return self._headers.visible(self.path, self.text)

    def struct_of(self, node: Node) -> str | None:
        """The struct that an expression of this file is, or points to; see types.struct_of()."""
        return struct_of(node, self.visible)

    def _belongs(self, node: Node) -> Belongs:
        found = self.struct_of(node)
        if found is None:
            return Belongs.UNKNOWN
        return Belongs.YES if found == self.symbols.struct else Belongs.NO

    def node(self, span: tuple[int, int]) -> Node:
        """The smallest node that covers a span of the text."""
        found = self.root.descendant_for_byte_range(*span)
        assert found is not None  # a span of this text is in its tree
        return found

    def node_of(self, use: Use) -> Node:
        """The node of a use."""
        return self.node((use.start, use.end))

    def definition(self, use: Use) -> Node | None:
        """The definition of the function that a use stands in."""
        return syntax.definition(self.node((use.offset, use.offset + 1)))

    def mentions(self, name: str) -> list[Node]:
        """Where an identifier stands in the code."""
        return [node for node in syntax.named(self.text, name.encode()) if node.type == "identifier"]

    def target(self, use: Use) -> str:
        """The fence that a call or a store is about, as an expression without white space; "" if there is none."""
        if not use.arguments:
            return ""
        start, end = use.arguments[0]
        text = syntax.unspaced(self.text[start:end])
        if use.kind is not Kind.STORE:
            return text
        return text if self._points(start, end) else f"&{text}"

    def _points(self, start: int, end: int) -> bool:
        """Whether a store goes through a pointer (->) and not into a struct (.)."""
        return self.text[end:].lstrip()[:2] == b"->"

    @property
    def ops(self) -> dict[str, dict[str, str]]:
        """The tables of callbacks that the file defines: table → member → function."""
        return _ops(self.text, self.symbols.callbacks_of)

    @property
    def callbacks(self) -> dict[str, str]:
        """function → "ops.member", for the callbacks in which the core looks after the error."""
        if not self.symbols.callbacks:
            return {}
        return {
            table[member]: f"{ops}.{member}"
            for ops, table in self.ops.items()
            for member in self.symbols.callbacks
            if member in table
        }


@lru_cache(_NEAR)
def _ops(text: bytes, struct: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    name = struct.encode()
    for word in syntax.named(text, name) if name else ():
        node = syntax.enclosing(word, "declaration")
        kind = None if node is None else node.child_by_field_name("type")
        if node is None or kind is None or kind.end_byte != word.end_byte:
            continue
        if syntax.text_of(kind).split()[-1] != name:
            continue
        table = found.setdefault(syntax.function_name(node) or struct, {})
        for pair in syntax.of_kind(node, "initializer_pair"):
            member, _, function = syntax.text_of(pair).decode(errors="replace").partition("=")
            table[member.strip().lstrip(".")] = function.strip().lstrip("&")
    return found
