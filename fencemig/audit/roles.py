# SPDX-License-Identifier: GPL-2.0-only
"""Which variables of a function are the fence in question, and which are the structure around it."""

import re
from collections.abc import Mapping
from enum import Enum

from tree_sitter import Node

from fencemig import syntax
from fencemig.audit.code import Call, Function, text
from fencemig.audit.locks import FENCE
from fencemig.audit.names import is_a

_CAST = re.compile(r"container_of(_const)?|_*to_\w+|\w+_to_\w+|downcast_\w+")
_MEMBER = re.compile(r"&\(?(\w+)\)?->\w+(\.\w+)*")


class Role(Enum):
    """What a variable is to the fence."""

    FENCE = "fence"
    HOLDER = "holder"


def roles_in(function: Function, given: Mapping[str, Role]) -> dict[str, Role]:
    """The roles of a function's variables, from those of its parameters; in source order, so a later one counts."""
    roles = dict(given)
    for name, value in function.values:
        role = role_of(value, roles, function)
        if role is not None and name not in roles:
            roles[name] = role
    return roles


def role_of(node: Node, roles: Mapping[str, Role], function: Function) -> Role | None:
    """What an expression is to the fence: the fence itself, its holder, or neither."""
    node = syntax.bare(node)
    if node.type == "identifier":
        return roles.get(text(node))
    if node.type == syntax.CALL:
        call = Call(node)
        first = role_of(call.arguments[0], roles, function) if call.arguments else None
        if first is Role.FENCE and call.name == "dma_fence_get":
            return first
        return Role.HOLDER if first is Role.FENCE and is_a(_CAST, call.name) else None
    member = _MEMBER.fullmatch(text(node))
    if member is None or roles.get(member[1]) is not Role.HOLDER:
        return None
    inner = node.child_by_field_name("argument")
    struct = None if inner is None else function.unit.struct_of(inner)
    return Role.FENCE if struct in (FENCE, None) else None
