# SPDX-License-Identifier: GPL-2.0-only
"""What tree-sitter's C grammar tells about a file, behind a few small functions.

The grammar does not expand macros, so a kernel file often has errors in its tree; calls inside of such a
region are found all the same. Positions are byte offsets.
"""

import re
from collections.abc import Iterator
from functools import cache

import tree_sitter_c
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from fencemig.pool import Pool

FUNCTION = "function_definition"
CALL = "call_expression"
_KEPT = 3 << 19  # bytes of source text; its trees take twenty times that


@cache
def _language() -> Language:
    return Language(tree_sitter_c.language())


@cache
def _trees() -> Pool[Tree]:
    return Pool(Parser(_language()).parse, _KEPT)


def parse(text: bytes) -> Node:
    """The syntax tree of a C file; total, whatever the bytes are.

    It is the same tree, with nodes that are equal, for all who ask while somebody holds a node of it.
    """
    return _trees().get(text).root_node


def named(text: bytes, name: bytes) -> Iterator[Node]:
    """The nodes of a C file that are this very name, in source order. A file without the word is not parsed."""
    root = None
    for word in re.finditer(re.escape(name) + rb"(?!\w)", text) if name in text else ():
        root = root or parse(text)
        node = root.descendant_for_byte_range(*word.span())
        if node is not None and (node.start_byte, node.end_byte) == word.span():
            yield node


def of_kind(node: Node, *kinds: str) -> list[Node]:
    """The nodes of some kinds at and below a node, in source order: by a query, which takes half the time of a walk."""
    found = QueryCursor(_query(kinds)).captures(node).get("found", [])
    return sorted(found, key=lambda one: (one.start_byte, -one.end_byte))


@cache
def _query(kinds: tuple[str, ...]) -> Query:
    return Query(_language(), f"[{' '.join(f'({kind})' for kind in kinds)}] @found")


def text_of(node: Node) -> bytes:
    """The source text of a node."""
    assert node.text is not None  # only None for a tree that was edited
    return node.text


def shown(node: Node) -> str:
    """The source text of a node with its white space folded: to show it."""
    return folded(text_of(node))


def plain(node: Node) -> str:
    """The source text of a node without comments and white space: to compare it."""
    return unspaced(text_of(node))


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes below it, in source order."""
    cursor = node.walk()
    while True:
        here = cursor.node
        assert here is not None
        yield here
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent() or cursor.node == node:
                return


def ancestors(node: Node) -> Iterator[Node]:
    """The nodes around a node, innermost first."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def enclosing(node: Node, *kinds: str) -> Node | None:
    """The innermost node of one of these kinds around a node."""
    return next((parent for parent in ancestors(node) if parent.type in kinds), None)


def statement(node: Node) -> Node | None:
    """The innermost statement around a node."""
    kinds = ("expression_statement", "declaration", "if_statement", "return_statement")
    return node if node.type in kinds else enclosing(node, *kinds)


def definition(node: Node) -> Node | None:
    """The function that a node stands in. The grammar takes a declaration with an attribute that it does not know
    for a function without a name inside of the real one.
    """
    around = [one for one in (node, *ancestors(node)) if one.type == FUNCTION]
    return next((one for one in around if function_name(one)), next(iter(around), None))


def function_name(definition: Node) -> str | None:
    """The name of a function definition or declaration, or None when the tree does not show one."""
    name = _name_node(definition)
    return None if name is None else text_of(name).decode(errors="replace") or None  # empty: the parser made it up


def defined_names(root: Node) -> Iterator[Node]:
    """The name of every function that a file defines."""
    for node in of_kind(root, FUNCTION):
        if (name := _name_node(node)) is not None:
            yield name


def _name_node(definition: Node) -> Node | None:
    declarator = definition.child_by_field_name("declarator")
    while declarator is not None and declarator.type != "identifier":
        declarator = declarator.child_by_field_name("declarator") or next(
            (child for child in declarator.named_children if child.type.endswith("declarator")), None
        )
    return declarator


def calls(node: Node) -> Iterator[Node]:
    """The calls in a node, in source order."""
    return iter(of_kind(node, CALL))


def called(call: Node) -> str:
    """What a call calls, up to its first parenthesis."""
    return text_of(call).partition(b"(")[0].decode(errors="replace").strip()


def arguments(call: Node) -> list[Node]:
    """The argument expressions of a call."""
    found = call.child_by_field_name("arguments")
    return [] if found is None else [node for node in found.named_children if node.type != "comment"]


def bare(node: Node) -> Node:
    """An expression without the parentheses and casts around it."""
    while True:
        inner = [child for child in node.named_children if child.type != "comment"]
        if node.type == "parenthesized_expression" and inner:
            node = inner[0]
        elif node.type == "cast_expression" and (value := node.child_by_field_name("value")) is not None:
            node = value
        else:
            return node


def pointee(node: Node) -> Node:
    """An expression without parentheses, casts, and a leading & or *."""
    node = bare(node)
    if node.type == "pointer_expression" and (argument := node.child_by_field_name("argument")) is not None:
        return bare(argument)
    return node


def folded(text: bytes) -> str:
    """Source text with its white space folded, as it stands in the ledger."""
    return " ".join(text.decode(errors="replace").split())


_COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
_SPACE = re.compile(r"(?<!\w) | (?!\w)")  # that separates no words


def unspaced(text: bytes) -> str:
    """An expression without comments, and without white space that does not separate words: to compare it."""
    plain = _COMMENT.sub(b" ", text).decode(errors="replace")
    return _SPACE.sub("", " ".join(plain.split()))


def expression(text: str) -> Node:
    """The tree of a lone expression, for example one that a semantic patch reported."""
    root = parse(b"void f(void) { (" + text.encode() + b"); }")
    return next(node for node in walk(root) if node.type == "parenthesized_expression")


def holds(node: Node, expression: str) -> bool:
    """Whether a node is an expression, or what the expression is a part of: job for &job->done."""
    whole = unspaced(expression.encode()).lstrip("&*(")
    return re.match(re.escape(plain(node).lstrip("&*(")) + r"(?!\w)", whole) is not None


def takes_address(node: Node, name: str) -> bool:
    """Whether the address of a variable is taken below a node."""
    return any(plain(part) == f"&{name}" for part in of_kind(node, "pointer_expression"))


_HINTS = ("likely", "unlikely")


def side_effect(node: Node) -> Node | None:
    """The first call, assignment or ++ in an expression; a hint to the compiler is none."""
    effects = (CALL, "assignment_expression", "update_expression")
    for part in walk(node):
        if part.type in effects and called(part) not in _HINTS:
            return part
    return None


def assigned_names(node: Node) -> Iterator[tuple[str, Node, Node | None]]:
    """(name, place, value) of every variable that is set below a node; the value is None for ++ and the like."""
    for part in of_kind(node, "assignment_expression", "init_declarator", "update_expression"):
        if part.type == "assignment_expression":
            left, right = part.child_by_field_name("left"), part.child_by_field_name("right")
            if left is not None and left.type == "identifier":
                yield text_of(left).decode(errors="replace"), part, right
        elif part.type == "init_declarator":
            inner: Node | None = part.child_by_field_name("declarator")
            while inner is not None and inner.type != "identifier":
                inner = inner.child_by_field_name("declarator")
            if inner is not None:
                yield text_of(inner).decode(errors="replace"), part, part.child_by_field_name("value")
        else:
            argument = part.child_by_field_name("argument")
            if argument is not None and argument.type == "identifier":
                yield text_of(argument).decode(errors="replace"), part, None
