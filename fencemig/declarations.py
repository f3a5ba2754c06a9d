# SPDX-License-Identifier: GPL-2.0-only
"""What one file declares: structs with their members, functions that return a struct, variables.

A header is parsed only when its text may declare what is asked for: to look for the words around a name is a
hundred times quicker. The text finds too much rather than too little in all that a compiler takes; what counts
is the syntax tree.
"""

import re
from functools import cached_property

from tree_sitter import Node

from fencemig import syntax

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
_QUOTED = rb'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
_WORD = re.compile(_QUOTED + rb"|([A-Za-z_$\x80-\xff][\w$\x80-\xff]*)", re.DOTALL)
# What may stand between the words of a declaration: a comment, the string of an attribute, a directive.
_BETWEEN = _QUOTED + rb"|\#(?:\\\r?\n|[^\n])*"


def _parenthesized(depth: int) -> bytes:
    """A regular expression for a pair of parentheses with so many pairs in each other."""
    inner = rb"|" + _parenthesized(depth - 1) if depth else b""
    return rb"\((?>" + _BETWEEN + rb"|[^()]" + inner + rb")*+\)"


_PARENTHESES = _parenthesized(4)  # __attribute__((aligned(sizeof(long))))
# `struct name {`, with attributes and macros around the name.
_DEFINITION = re.compile(
    rb"struct(?!\w)(?=((?>[\w\s$\\\x80-\xff]|" + _BETWEEN + rb"|" + _PARENTHESES + rb")*+)\{)", re.DOTALL
)
# `struct name *name(`, and what follows the body of a struct.
_DECLARATOR = re.compile(
    rb"(?:struct(?!\w)|\})(?=((?>" + _BETWEEN + rb"|" + _PARENTHESES + rb"|[^;{}=()])*+))", re.DOTALL
)


class Declarations:
    """The structs, their members, and the functions that return a pointer to a struct, in one file."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    @cached_property
    def includes(self) -> tuple[tuple[bool, str], ...]:
        """(quoted, name) of each #include."""
        return tuple((kind == b'"', name.decode(errors="replace")) for kind, name in _INCLUDE.findall(self._text))

    def members(self, struct: str) -> dict[str, str | None] | None:
        """member → the struct that it is, or points to (see types.struct_of()); None if the struct is not here."""
        return self._members.get(struct) if struct.encode() in self._defined else None

    def returned(self, function: str) -> str | None:
        """The struct that a function returns a pointer to; None if that is not here."""
        name = function.encode()
        return self._returned.get(function) if name in self._text and name in self._declared else None

    def variables(self, name: str) -> list[str | None]:
        """The struct of each declaration of that name at file level, in source order; see types.struct_of()."""
        paths = ([node, *syntax.ancestors(node)][:-1] for node in syntax.named(self._text, name.encode()))
        outermost = dict.fromkeys(path[-1] for path in paths if path)  # below the root
        return [
            declared_struct(node) for node in outermost if node.type == "declaration" and name in declared_names(node)
        ]

    @cached_property
    def _defined(self) -> frozenset[bytes]:
        """The names, and other words, of the structs that the text may define."""
        return _words(_DEFINITION, self._text)

    @cached_property
    def _declared(self) -> frozenset[bytes]:
        """The names, and other words, of what the text may declare as a pointer to a struct."""
        return _words(_DECLARATOR, self._text)

    @cached_property
    def _members(self) -> dict[str, dict[str, str | None]]:
        found: dict[str, dict[str, str | None]] = {}
        for node in syntax.of_kind(syntax.parse(self._text), "struct_specifier"):
            name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
            if name is not None and body is not None:
                _collect_members(body, found.setdefault(_decoded(name), {}))
        return found

    @cached_property
    def _returned(self) -> dict[str, str]:
        found = {}
        for node in syntax.of_kind(syntax.parse(self._text), syntax.FUNCTION, "declaration"):
            if (struct := _struct_of(node)) and (name := syntax.function_name(node)) is not None:
                found[name] = struct
        return found


def declared_names(declaration: Node) -> list[str]:
    """The names that a declaration, a parameter or a member declaration introduces."""
    names = []
    for declarator in declaration.children_by_field_name("declarator"):
        for node in syntax.walk(declarator):
            if node.type in ("identifier", "field_identifier"):
                names.append(_decoded(node))
                break
    return names


def declared_struct(declaration: Node) -> str | None:
    """The struct of a declaration or a cast; None where its name alone does not tell (typedef, typeof)."""
    kind = declaration.child_by_field_name("type")
    if kind is not None and kind.type in ("type_identifier", "macro_type_specifier"):
        return None
    return _struct_of(declaration)


def _words(pattern: re.Pattern[bytes], text: bytes) -> frozenset[bytes]:
    return frozenset(word for found in pattern.findall(text) for word in _WORD.findall(found) if word)


def _collect_members(body: Node, members: dict[str, str | None]) -> None:
    for field in body.named_children:
        if field.type.startswith("preproc_"):
            _collect_members(field, members)  # all branches of an #if
        if field.type != "field_declaration":
            continue
        names = declared_names(field)
        for name in names:
            members[name] = declared_struct(field)
        kind = field.child_by_field_name("type")
        if not names and kind is not None and (inner := kind.child_by_field_name("body")) is not None:
            _collect_members(inner, members)  # an anonymous struct or union


def _struct_of(node: Node) -> str:
    kind = node.child_by_field_name("type")
    if kind is None or kind.type != "struct_specifier":
        return ""
    name = kind.child_by_field_name("name")
    return "" if name is None else _decoded(name)


def _decoded(node: Node) -> str:
    return syntax.text_of(node).decode(errors="replace")
