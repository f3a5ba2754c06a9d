# SPDX-License-Identifier: GPL-2.0-only
"""Isomorphisms of Coccinelle's standard.iso that can do nothing for a semantic patch, and cost time all the same.

spatch tries each on every part of every rule before it looks at a file. One that rewrites what the rules do not
have, and no other brings in, is spared.
"""

import re

from fencemig.smpl import plain, stands_alone

_SCRIPTS = re.compile(r"^@(?:script|initialize|finalize):[^@]*@[^@]*@@.*?(?=^@|\Z)", re.MULTILINE | re.DOTALL)
# What is no operator: headers, marks in the first column, dots, disjunctions, arrows, && and ||.
_NOT_MEANT = re.compile(r"^@[^@]*@|^[-*]|^\+.*|^[|&]|\\[|&]|<\+?\.\.\.|\.\.\.\+?>|->|&&|\|\|", re.MULTILINE)
_OPERAND = r"[\w)\]]\s*"
_IDLE = {
    r"\+": ("plus_comm", "plus_assoc", "plus_minus_assoc1", "plus_minus_assoc2", "inc", "for_inc"),
    _OPERAND + "-": ("minus_assoc",),
    _OPERAND + r"\*": ("mult_comm", "times_assoc", "times_div_assoc1", "times_div_assoc2"),
    "/": ("div_assoc",),
    _OPERAND + "&": ("bitand_comm",),
    r"\|": ("bitor_comm",),
    "[<>]": ("gtr_lss", "gtr_lss_eq"),
    r"\bunsigned\b": ("add_int1",),
    r"\bsigned\b": ("add_int2",),
    r"\bsizeof\b": ("sizeof_type_expr",),
    r"\bextern\b": ("extern_decl_init",),
    r"\bstatic\b": ("static_decl_init",),
}


def idle(semantic_patch: str) -> list[str]:
    """The names of isomorphisms that rewrite nothing in any rule of a semantic patch."""
    if not stands_alone(semantic_patch):
        return []  # what it reads may bring in anything
    rules = _NOT_MEANT.sub(" ", _SCRIPTS.sub("", plain(semantic_patch)))
    return [name for sign, names in _IDLE.items() if not re.search(sign, rules) for name in names]
