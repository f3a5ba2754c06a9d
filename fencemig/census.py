# SPDX-License-Identifier: GPL-2.0-only
"""Source text → the uses of the API in it, found without spatch.

tree-sitter finds the calls and the stores, the token scan finds every other mention. What the two find
together is what the verdicts must add up to.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from tree_sitter import Node

from fencemig import syntax
from fencemig.lexer import Where, blanked, words
from fencemig.symbols import Symbols


class Kind(Enum):
    """The ways in which a file can use the API."""

    CALL = "call"
    DEFINITION = "definition"
    PROTOTYPE = "prototype"
    EXPORT = "export"
    VALUE = "value"  # a function named without being called
    MACRO = "macro"  # inside the body of a #define
    TEXT = "text"  # in a comment or a string
    NAMESAKE = "namesake"  # another identifier that contains the name
    STORE = "store"  # the error of a fence written by hand
    BIT = "bit"  # the signaled bit set by hand


class Belongs(Enum):
    """Whether an expression is the struct that the migration is about."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of the API. `start` and `end` span the whole expression, `offset` is where its name stands.

    `arguments` are the byte ranges of a call's arguments; for a store, of the fence and of the value.
    `anchor` is the line and column that spatch reports, the member's for a store.
    `line` and `column` are 1-based, columns in bytes. `ordinal` counts uses of `callee` in `function`.
    """

    kind: Kind
    callee: str
    offset: int
    line: int
    column: int
    function: str | None
    ordinal: int
    before: str
    start: int
    end: int
    anchor: tuple[int, int]
    arguments: tuple[tuple[int, int], ...] = ()
    belongs: Belongs = Belongs.YES

    def id(self, path: str) -> str:
        """The site's id: it does not change when lines move."""
        return f"{path}:{self.function or ''}:{self.callee}#{self.ordinal}"


Span = tuple[int, int]

_WRITER = re.compile(rb"WRITE_ONCE|smp_store_release|(?:try_cmp|cmp)?xchg(?:_relaxed|_acquire|_release)?")
_ASSIGNMENTS = ("assignment_expression", "update_expression")
_PARENTHESIS = re.compile(rb"[()]")
_BIT_SETTER = re.compile(rb"(?:__)?(?:test_and_)?set_bit(?:_lock)?")


def take_census(text: bytes, symbols: Symbols, belongs: Callable[[Node], Belongs]) -> tuple[Use, ...]:
    """All uses of the API in a file, in source order.

    `belongs` tells whether an expression is of the struct whose member the stores are about; a store to another
    struct is no use.
    """
    census = _Census(text, symbols, belongs)
    counted: Counter[tuple[str | None, str]] = Counter()
    uses = []
    for use in sorted([*census.mentions(), *census.writes()], key=lambda use: use.offset):
        counted[use.function, use.callee] += 1
        uses.append(replace(use, ordinal=counted[use.function, use.callee]))
    return tuple(uses)


def named_functions(text: bytes, symbols: Symbols) -> Iterator[Use]:
    """The part of the census in which functions of the API are named, without ordinals: no types are looked at."""
    return _Census(text, symbols, lambda _: Belongs.UNKNOWN).mentions()


class _Census:
    def __init__(self, text: bytes, symbols: Symbols, belongs: Callable[[Node], Belongs]) -> None:
        self.text = text
        self.symbols = symbols
        self.belongs = belongs
        self.lines = Lines(text)

    def mentions(self) -> Iterator[Use]:
        names = [name.encode() for name in self.symbols.functions]
        for word in words(self.text, names):
            end = word.offset + len(word.text)
            node = syntax.parse(self.text).descendant_for_byte_range(word.offset, end)
            span: Span = (word.offset, end)
            given: tuple[Span, ...] = ()
            if word.where in (Where.COMMENT, Where.STRING):
                kind = Kind.TEXT
            elif word.text.decode() not in self.symbols.functions:
                kind = Kind.NAMESAKE
            elif word.where is Where.DEFINE:
                kind = Kind.MACRO
            else:
                kind = self._role(node, end)
            if kind is Kind.CALL:
                span, given = self._call(node, word.offset, end)
            elif kind is Kind.MACRO and self.text[end : end + 1] == b"(":
                span = word.offset, self._closing(end)
            yield self._use(kind, word.text.decode(), word.offset, node, span, given)

    def _role(self, node: Node | None, end: int) -> Kind:
        """What a name in the code is there for."""
        parent = None if node is None else node.parent
        if parent is not None and parent.type == syntax.CALL and parent.child_by_field_name("function") == node:
            return Kind.CALL
        if parent is not None and parent.type == "function_declarator":
            around = syntax.enclosing(parent, syntax.FUNCTION, "declaration")
            if around and around.type == syntax.FUNCTION:
                return Kind.DEFINITION
            if b"struct" in syntax.text_of(parent) or syntax.enclosing(parent, syntax.FUNCTION) is None:
                return Kind.PROTOTYPE
            return Kind.CALL  # the statement of a loop macro without parentheses looks like a declaration
        line = self.text[self.text.rfind(b"\n", 0, end) + 1 : end]
        if re.fullmatch(rb"\s*EXPORT_\w*\(\s*\w+", line):
            return Kind.EXPORT
        # Where the grammar lost its way, a name followed by a parenthesis is taken for a call.
        return Kind.CALL if self.text[end:].lstrip()[:1] == b"(" else Kind.VALUE

    def _call(self, node: Node | None, start: int, end: int) -> tuple[Span, tuple[Span, ...]]:
        """The span of a call and of its arguments."""
        call = None if node is None else node.parent
        if call is not None and call.type == syntax.CALL:
            given = syntax.arguments(call)
            return (call.start_byte, call.end_byte), tuple((part.start_byte, part.end_byte) for part in given)
        return (start, self._closing(end)), ()

    def _closing(self, offset: int) -> int:
        """The end of the parenthesis that opens at or after an offset, as far as counting tells."""
        depth = 0
        for token in _PARENTHESIS.finditer(self._code, offset):
            depth += 1 if token[0] == b"(" else -1
            if depth <= 0:
                return token.end()
        return len(self.text)

    @cached_property
    def _code(self) -> bytes:
        return blanked(self.text)

    def writes(self) -> Iterator[Use]:
        """The stores to the member, and the flag set by hand, where the migration knows such."""
        for node in sorted(self._writers(), key=lambda node: (node.start_byte, -node.end_byte)):
            if node.type in _ASSIGNMENTS:
                target = node.child_by_field_name("left") or node.child_by_field_name("argument")
                yield from self._store(node, target, node.child_by_field_name("right"))
                continue
            function, given = node.child_by_field_name("function"), syntax.arguments(node)
            name = b"" if function is None else syntax.text_of(function)
            if given and _WRITER.fullmatch(name):
                yield from self._store(node, syntax.pointee(given[0]), given[-1])
            elif given and _BIT_SETTER.fullmatch(name) and syntax.text_of(given[0]) == self.symbols.flag.encode():
                span = (node.start_byte, node.end_byte)
                yield self._use(Kind.BIT, self.symbols.bit_site, node.start_byte, node, span)

    def _writers(self) -> set[Node]:
        """The assignments and calls that the member, or the flag, stands in: each may be a write of it, or read it."""
        words = [word.encode() for word in (self.symbols.member, self.symbols.flag) if word]
        nodes = (node for word in words for node in syntax.named(self.text, word))
        found = (syntax.enclosing(node, syntax.CALL, *_ASSIGNMENTS) for node in nodes)
        return {node for node in found if node is not None}

    def _store(self, node: Node, target: Node | None, value: Node | None) -> Iterator[Use]:
        target = None if target is None else syntax.bare(target)
        if target is None or target.type != "field_expression":
            return
        member, owner = target.child_by_field_name("field"), target.child_by_field_name("argument")
        if member is None or owner is None or syntax.text_of(member) != self.symbols.member.encode():
            return
        answer = self.belongs(owner)
        if answer is not Belongs.NO:
            span = (node.start_byte, node.end_byte)
            given = tuple((part.start_byte, part.end_byte) for part in (owner, value) if part is not None)
            use = self._use(Kind.STORE, self.symbols.store_site, node.start_byte, node, span, given)
            yield replace(use, belongs=answer, anchor=self.lines.position(member.start_byte))

    def _use(
        self,
        kind: Kind,
        callee: str,
        offset: int,
        node: Node | None,
        span: Span,
        given: tuple[Span, ...] = (),
    ) -> Use:
        definition = None if node is None else syntax.definition(node)
        if kind is Kind.DEFINITION:
            definition = None
        line, column = self.lines.position(offset)
        return Use(
            kind=kind,
            callee=callee,
            offset=offset,
            line=line,
            column=column,
            function=None if definition is None else syntax.function_name(definition),
            ordinal=0,
            before=syntax.folded(self.text[span[0] : span[1]]),
            start=span[0],
            end=span[1],
            anchor=(line, column),
            arguments=given,
        )


class Lines:
    """Byte offsets of a text ↔ 1-based lines and columns (in bytes)."""

    def __init__(self, text: bytes) -> None:
        self._starts = [0, *(newline.end() for newline in re.finditer(rb"\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def start(self, line: int) -> int:
        """The offset at which a line begins."""
        return self._starts[line - 1]
