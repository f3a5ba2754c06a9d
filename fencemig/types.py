# SPDX-License-Identifier: GPL-2.0-only
"""Which struct an expression is of, as far as the file and the headers that it includes tell.

No preprocessor and no compiler: declarations, struct members and container_of() are looked up by name. What
cannot be looked up is unknown, never guessed.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from tree_sitter import Node

from fencemig import digests, syntax
from fencemig.declarations import Declarations, declared_names, declared_struct

_NEAR = 16  # files whose declarations are kept: those of a driver, which are looked at by turns
_OFTEN = 512  # headers whose declarations are kept: a driver's, and those that all include
_DEPTH = 5  # how far includes are followed; a driver's types are near


Put = Callable[[bytes], Callable[[], bytes]]


class Visible:
    """What a file and the headers that it includes declare: what is nearest counts. Answers are remembered."""

    def __init__(self, files: Sequence[Declarations]) -> None:
        self._files = files
        self._members: dict[str, dict[str, str | None]] = {}
        self._returned: dict[str, str | None] = {}
        self._variables: dict[str, str | None] = {}

    def member(self, struct: str, member: str) -> str | None:
        """The struct that a member of a struct is, or points to; see struct_of()."""
        if struct not in self._members:
            found = (file.members(struct) for file in self._files)
            self._members[struct] = next((members for members in found if members is not None), {})
        return self._members[struct].get(member)

    def returned(self, function: str) -> str | None:
        """The struct that a function returns a pointer to."""
        if function not in self._returned:
            self._returned[function] = next(filter(None, (file.returned(function) for file in self._files)), None)
        return self._returned[function]

    def variable(self, name: str) -> str | None:
        """The struct of a variable at file level; see struct_of()."""
        if name not in self._variables:
            found = filter(None, (file.variables(name) for file in self._files))
            self._variables[name] = next(found, [None])[-1]
        return self._variables[name]


class Headers:
    """The declarations of a tree's headers, each read once. Threads may share it: what two of them find is equal."""

    def __init__(
        self, read: Callable[[str], bytes | None], relevant: bytes, put: Put = lambda text: lambda: text
    ) -> None:
        """`read` gives a file of the tree or None; below include/ only headers that name `relevant` count.

        `put` keeps a text, and returns what gives it back.
        """
        self._read = read
        self._relevant = relevant
        self._put = put
        self._known: dict[str, tuple[Callable[[], bytes] | None, str]] = {}  # with the digest of what was read
        self._looked_for: dict[str, set[tuple[str, ...]]] = defaultdict(set)  # a file may have had several #includes
        self._names: dict[str, str] = {}  # one string for each header
        # Not of all: a file has many declarations.
        self._visible = lru_cache(_NEAR)(self._look)
        self._included = lru_cache(_NEAR)(self._follow)  # mostly the same at all stages of a conversion
        self._declared = lru_cache(_OFTEN)(self._declarations)

    def visible(self, path: str, text: bytes) -> Visible:
        """What the file declares, then what its includes do, nearest first."""
        return self._visible(path, text)

    def _look(self, path: str, text: bytes) -> Visible:
        own = Declarations(text)
        return Visible([own, *self._included(path, own.includes)])

    def pop_looked_for(self, path: str) -> Mapping[str, str]:
        """The headers that were looked for on behalf of a file, each with its digest. That is forgotten then."""
        return {header: self.digest(header) for headers in self._looked_for.pop(path, ()) for header in headers}

    def digest(self, header: str) -> str:
        """The digest of a header; that of one that does not count is the digest of none."""
        return self._read_once(header)[1]

    def _follow(self, path: str, includes: tuple[tuple[bool, str], ...]) -> list[Declarations]:
        found: list[Declarations] = []
        looked_for: dict[str, None] = {}
        seen, queue = {path}, [(path, includes)]
        for _ in range(_DEPTH):
            following = []
            for source, named in queue:
                folder = posixpath.dirname(source)
                for include in named:
                    for candidate in _candidates(folder, include):
                        if candidate in seen:
                            continue
                        looked_for[self._names.setdefault(candidate, candidate)] = None
                        if self._read_once(candidate)[0] is not None:
                            header = self._declared(candidate)
                            seen.add(candidate)
                            found.append(header)
                            following.append((candidate, header.includes))
                            break
            queue = following
        self._looked_for[path].add(tuple(looked_for))
        return found

    def _declarations(self, path: str) -> Declarations:
        text = self._read_once(path)[0]
        assert text is not None  # or nobody asks
        return Declarations(text())

    def _read_once(self, path: str) -> tuple[Callable[[], bytes] | None, str]:
        if path not in self._known:
            text = self._read(path)
            if text is not None and path.startswith("include/") and self._relevant not in text:
                text = None
            kept = None if text is None else self._put(text)
            self._known.setdefault(path, (kept, digests.of_content(text)))  # another thread may have been first
        return self._known[path]


@lru_cache(1024)
def _candidates(folder: str, include: tuple[bool, str]) -> tuple[str, ...]:
    """Where an #include may lead: beside the file, up to its driver's folder, or below include/."""
    quoted, name = include
    if not quoted:
        return (posixpath.join("include", name),)
    folders = [folder]
    while folders[-1].count("/") > 2:
        folders.append(posixpath.dirname(folders[-1]))
    candidates = (posixpath.normpath(posixpath.join(folder, name)) for folder in [*folders, "include"])
    return tuple(candidate for candidate in candidates if not candidate.startswith(("../", "/")))


def struct_of(node: Node, visible: Visible) -> str | None:
    """The struct that an expression is, or points to: its name, "" for no struct, None for unknown."""
    match node.type:
        case "parenthesized_expression":
            inner = next((child for child in node.named_children if child.type != "comment"), None)
            return None if inner is None else struct_of(inner, visible)
        case "cast_expression":
            kind = node.child_by_field_name("type")
            return None if kind is None else declared_struct(kind)
        case "identifier":
            return _variable(node, visible)
        case "field_expression":
            owner, member = node.child_by_field_name("argument"), node.child_by_field_name("field")
            struct = None if owner is None else struct_of(owner, visible)
            if member is None or not struct:
                return None
            return visible.member(struct, syntax.text_of(member).decode(errors="replace"))
        case "pointer_expression" | "subscript_expression":
            inner = node.child_by_field_name("argument")
            return None if inner is None else struct_of(inner, visible)
        case "call_expression":
            return _result(node, visible)
    return None


def _variable(node: Node, visible: Visible) -> str | None:
    name = syntax.text_of(node).decode(errors="replace")
    for scope in syntax.ancestors(node):
        if scope.type in ("compound_statement", "for_statement"):
            for child in scope.named_children:
                if child.type == "declaration" and child.start_byte < node.start_byte and name in declared_names(child):
                    return declared_struct(child)
        elif scope.type == syntax.FUNCTION:
            for part in syntax.walk(scope):
                if part.type == "parameter_declaration" and name in declared_names(part):
                    return declared_struct(part)
                if part.type == "compound_statement":
                    break
    return visible.variable(name)


def _result(call: Node, visible: Visible) -> str | None:
    function = call.child_by_field_name("function")
    if function is None or function.type != "identifier":
        return None
    name = syntax.text_of(function).decode(errors="replace")
    if name in ("container_of", "list_entry", "container_of_const"):
        struct = re.search(rb",\s*struct\s+(\w+)\s*,", syntax.text_of(call))
        return None if struct is None else struct[1].decode()
    return visible.returned(name)
