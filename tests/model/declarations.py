# SPDX-License-Identifier: GPL-2.0-only
"""What a fixture declares: its structs, its functions, and those it calls but does not define."""

from dataclasses import dataclass

from tree_sitter import Node

from fencemig import syntax


@dataclass(frozen=True)
class Type:
    """A C type: its words ("unsigned int", "struct job"), the stars, the elements of an array.

    `parameters` is not None for a function, or a pointer to one.
    """

    base: str
    pointers: int = 0
    array: int | None = None
    parameters: "tuple[Variable, ...] | None" = None


@dataclass(frozen=True)
class Variable:
    """A member, a parameter, or a function with the type that it returns."""

    name: str
    type: Type


@dataclass(frozen=True)
class Function:
    """A function that a fixture defines, with its syntax tree."""

    name: str
    returns: Type
    parameters: tuple[Variable, ...]
    node: Node


@dataclass(frozen=True)
class Fixture:
    """All that is declared in one file."""

    structs: dict[str, tuple[Variable, ...]]
    enums: dict[str, int]
    functions: tuple[Function, ...]
    externals: tuple[Variable, ...]


def text(node: Node) -> str:
    """The source of a node, with its white space folded."""
    return syntax.folded(syntax.text_of(node))


def read_fixture(source: bytes) -> Fixture:
    """Everything that a driver file declares on its top level; ValueError where the parser stumbles."""
    root = syntax.parse(source)
    structs: dict[str, tuple[Variable, ...]] = {}
    enums: dict[str, int] = {}
    functions: list[Function] = []
    externals: list[Variable] = []
    for node in root.named_children:
        if node.type == "struct_specifier" and (body := node.child_by_field_name("body")) is not None:
            structs[text(node).partition("{")[0].strip()] = _variables(body, "field_declaration")
        elif node.type == "enum_specifier" and (body := node.child_by_field_name("body")) is not None:
            enums[text(node).partition("{")[0].strip()] = len(body.named_children)
        elif node.type == "function_definition":
            (variable,) = _declared(node)
            functions.append(Function(variable.name, _returned(variable.type), variable.type.parameters or (), node))
        elif node.type == "declaration":
            externals += [variable for variable in _declared(node) if variable.type.parameters is not None]
        elif node.type not in ("comment", "preproc_include", "struct_specifier", ";"):
            raise ValueError(f"not understood: {text(node)}")
    return Fixture(structs, enums, tuple(functions), tuple(externals))


def _returned(function: Type) -> Type:
    return Type(function.base, function.pointers)


def _variables(body: Node, kind: str) -> tuple[Variable, ...]:
    return tuple(variable for node in body.named_children if node.type == kind for variable in _declared(node))


def _declared(node: Node) -> list[Variable]:
    """What one declaration declares; its type is the text before the first declarator."""
    specifier = node.child_by_field_name("type")
    assert specifier is not None
    declarators = node.children_by_field_name("declarator")
    if not declarators:
        return [Variable("", Type(text(specifier)))]  # (void), or a parameter without a name
    return [_peel(declarator, Type(text(specifier))) for declarator in declarators]


def _peel(node: Node, type_: Type) -> Variable:
    inner = node.child_by_field_name("declarator")
    if node.type == "pointer_declarator":
        type_ = Type(type_.base, type_.pointers + 1)
    elif node.type == "array_declarator":
        size = node.child_by_field_name("size")
        assert size is not None
        type_ = Type(type_.base, type_.pointers, int(text(size)))
    elif node.type == "function_declarator":
        parameters = node.child_by_field_name("parameters")
        assert parameters is not None and inner is not None
        found = tuple(v for v in _variables(parameters, "parameter_declaration") if v.type != Type("void"))
        name = text(inner).strip("()* ")
        return Variable(name, Type(type_.base, type_.pointers, None, found))
    elif inner is None:
        return Variable(text(node), type_)
    assert inner is not None
    return _peel(inner, type_)
