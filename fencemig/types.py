# SPDX-License-Identifier: GPL-2.0-only
"""Which struct an expression is of, as far as the file and the headers that it includes tell.

No preprocessor and no compiler: declarations, struct members and container_of() are looked up by name. What
cannot be looked up is unknown, never guessed.
"""

import posixpath
import re
from collections.abc import Callable
from functools import cached_property

from tree_sitter import Node

from fencemig import syntax
from fencemig.census import Belongs

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
_DEPTH = 6  # how far includes are followed; a driver's types are near


class Headers:
    """The struct definitions of a tree's headers, each header read once."""

    def __init__(self, read: Callable[[str], bytes | None], relevant: bytes) -> None:
        """`read` gives a file of the tree or None; below include/ only headers that name `relevant` count."""
        self._read = read
        self._relevant = relevant
        self._known: dict[str, Declarations | None] = {}

    def visible(self, path: str, text: bytes) -> list["Declarations"]:
        """What the file declares, then what its includes do, nearest first."""
        found, seen, queue = [], {path}, [(path, Declarations(text, syntax.parse(text)))]
        for _ in range(_DEPTH):
            following = []
            for source, declarations in queue:
                found.append(declarations)
                for include in declarations.includes:
                    for candidate in _candidates(source, include):
                        if candidate not in seen and (header := self._header(candidate)) is not None:
                            seen.add(candidate)
                            following.append((candidate, header))
                            break
            queue = following
        return found

    def _header(self, path: str) -> "Declarations | None":
        if path not in self._known:
            text = self._read(path)
            if text is not None and path.startswith("include/") and self._relevant not in text:
                text = None
            self._known[path] = None if text is None else Declarations(text, syntax.parse(text))
        return self._known[path]


def _candidates(source: str, include: tuple[bool, str]) -> list[str]:
    """Where an #include may lead: beside the file, up to its driver's folder, or below include/."""
    quoted, name = include
    if not quoted:
        return [posixpath.join("include", name)]
    folders = [posixpath.dirname(source)]
    while folders[-1].count("/") > 2:
        folders.append(posixpath.dirname(folders[-1]))
    candidates = [posixpath.normpath(posixpath.join(folder, name)) for folder in [*folders, "include"]]
    return [candidate for candidate in candidates if not candidate.startswith(("../", "/"))]


class Declarations:
    """The structs, their members, and the functions that return a pointer to a struct, in one file."""

    def __init__(self, text: bytes, root: Node) -> None:
        self._text = text
        self._root = root

    @cached_property
    def includes(self) -> list[tuple[bool, str]]:
        """(quoted, name) of each #include."""
        return [(kind == b'"', name.decode(errors="replace")) for kind, name in _INCLUDE.findall(self._text)]

    @cached_property
    def members(self) -> dict[str, dict[str, str | None]]:
        """struct → member → the struct that the member is, or points to; see struct_of()."""
        found: dict[str, dict[str, str | None]] = {}
        for node in syntax.walk(self._root):
            if node.type == "struct_specifier" and (body := node.child_by_field_name("body")) is not None:
                name = node.child_by_field_name("name")
                if name is not None:
                    members = found.setdefault(syntax.text_of(name).decode(errors="replace"), {})
                    _collect_members(body, members)
        return found

    @cached_property
    def returns(self) -> dict[str, str]:
        """function → the struct that it returns a pointer to."""
        found = {}
        for node in syntax.walk(self._root):
            if node.type in (syntax.FUNCTION, "declaration") and (struct := _struct_of(node)):
                name = syntax.function_name(node)
                if name is not None:
                    found[name] = struct
        return found

    @cached_property
    def variables(self) -> dict[str, str | None]:
        """file-level variable → its struct; see struct_of()."""
        return {
            name: _declared(node)
            for node in self._root.named_children
            if node.type == "declaration"
            for name in declared_names(node)
        }


def struct_of(node: Node, visible: list[Declarations]) -> str | None:
    """The struct that an expression is, or points to: its name, "" for no struct, None for unknown."""
    match node.type:
        case "parenthesized_expression":
            inner = next((child for child in node.named_children if child.type != "comment"), None)
            return None if inner is None else struct_of(inner, visible)
        case "cast_expression":
            kind = node.child_by_field_name("type")
            return None if kind is None else _declared(kind)
        case "identifier":
            return _variable(node, visible)
        case "field_expression":
            owner, member = node.child_by_field_name("argument"), node.child_by_field_name("field")
            struct = None if owner is None else struct_of(owner, visible)
            if member is None or not struct:
                return None
            return _first(struct, syntax.text_of(member).decode(errors="replace"), visible)
        case "pointer_expression" | "subscript_expression":
            inner = node.child_by_field_name("argument")
            return None if inner is None else struct_of(inner, visible)
        case "call_expression":
            return _result(node, visible)
    return None


def belongs_to(struct: str, visible: list[Declarations]) -> Callable[[Node], Belongs]:
    """A function that tells whether an expression is of that struct."""

    def belongs(node: Node) -> Belongs:
        found = struct_of(node, visible)
        if found is None:
            return Belongs.UNKNOWN
        return Belongs.YES if found == struct else Belongs.NO

    return belongs


def declared_names(declaration: Node) -> list[str]:
    """The names that a declaration, a parameter or a member declaration introduces."""
    names = []
    for declarator in declaration.children_by_field_name("declarator"):
        for node in syntax.walk(declarator):
            if node.type in ("identifier", "field_identifier"):
                names.append(syntax.text_of(node).decode(errors="replace"))
                break
    return names


def _first(struct: str, member: str, visible: list[Declarations]) -> str | None:
    for declarations in visible:
        if struct in declarations.members:
            return declarations.members[struct].get(member)
    return None


def _collect_members(body: Node, members: dict[str, str | None]) -> None:
    for field in body.named_children:
        if field.type.startswith("preproc_"):
            _collect_members(field, members)  # all branches of an #if
        if field.type != "field_declaration":
            continue
        names = declared_names(field)
        for name in names:
            members[name] = _declared(field)
        kind = field.child_by_field_name("type")
        if not names and kind is not None and (inner := kind.child_by_field_name("body")) is not None:
            _collect_members(inner, members)  # an anonymous struct or union


def _struct_of(node: Node) -> str:
    kind = node.child_by_field_name("type")
    if kind is None or kind.type != "struct_specifier":
        return ""
    name = kind.child_by_field_name("name")
    return "" if name is None else syntax.text_of(name).decode(errors="replace")


def _variable(node: Node, visible: list[Declarations]) -> str | None:
    name = syntax.text_of(node).decode(errors="replace")
    for scope in syntax.ancestors(node):
        if scope.type in ("compound_statement", "for_statement"):
            for child in scope.named_children:
                if child.type == "declaration" and child.start_byte < node.start_byte and name in declared_names(child):
                    return _declared(child)
        elif scope.type == syntax.FUNCTION:
            for part in syntax.walk(scope):
                if part.type == "parameter_declaration" and name in declared_names(part):
                    return _declared(part)
                if part.type == "compound_statement":
                    break
    return next((found.variables[name] for found in visible if name in found.variables), None)


def _declared(declaration: Node) -> str | None:
    """The struct of a declaration or a cast; None where its name alone does not tell (typedef, typeof)."""
    kind = declaration.child_by_field_name("type")
    if kind is not None and kind.type in ("type_identifier", "macro_type_specifier"):
        return None
    return _struct_of(declaration)


def _result(call: Node, visible: list[Declarations]) -> str | None:
    function = call.child_by_field_name("function")
    if function is None or function.type != "identifier":
        return None
    name = syntax.text_of(function).decode(errors="replace")
    if name in ("container_of", "list_entry", "container_of_const"):
        struct = re.search(rb",\s*struct\s+(\w+)\s*,", syntax.text_of(call))
        return None if struct is None else struct[1].decode()
    return next((found.returns[name] for found in visible if name in found.returns), None)
