# SPDX-License-Identifier: GPL-2.0-only
"""Whether the core has the new API after its conversion: what the semantic patches did not match shows here.

Works on words and brackets, not on a parser's view: no attribute or macro throws it off.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from fencemig.core.texts import NO_CORE
from fencemig.errors import UserError
from fencemig.lexer import blanked
from fencemig.migration import Migration
from fencemig.symbols import Function

_DIRECTIVE = re.compile(rb"^[ \t]*#(?:\\\r?\n|[^\n])*", re.MULTILINE)
_BRACKET = re.compile(rb"[()\[\]{},]")
_OPENING, _CLOSING = b"([{", b")]}"
_NOT_VOID = re.compile(rb"\breturn\b(?!\s*;)|\{\s*\}")  # an empty block: a return that was not the last is gone


@dataclass(frozen=True)
class Use:
    """A name before a parenthesis: how many arguments or parameters there are, and the body that follows.

    `body` is None for what is no definition, `declares` is whether the name stands outside of any function.
    """

    count: int
    declares: bool
    body: bytes | None


def uses(text: bytes, name: str) -> list[Use]:
    """Calls, prototypes and definitions of a function in a C file; macros are passed over."""
    text = _code(text)
    found = []
    for call in re.finditer(rb"\b" + name.encode() + rb"\s*(?=\()", text):
        declares = text.count(b"{", 0, call.start()) == text.count(b"}", 0, call.start())
        end, count = _group(text, call.end())
        following = re.compile(rb"[;{]").search(text, end)
        body = None
        if declares and following is not None and following[0] == b"{":
            body = text[following.start() : _group(text, following.start())[0]]
        found.append(Use(count, declares, body))
    return found


@lru_cache(maxsize=4)  # one function after the other is looked for in the same files
def _code(text: bytes) -> bytes:
    """The text with its comments, strings and directives turned into spaces."""
    return _DIRECTIVE.sub(lambda found: re.sub(rb"[^\n]", b" ", found[0]), blanked(text))


def _group(text: bytes, start: int) -> tuple[int, int]:
    """Where the bracket ends that opens at an offset, and how many things, separated by commas, are in it."""
    depth, commas = 0, 0
    for bracket in _BRACKET.finditer(text, start):
        if bracket[0] in _OPENING:
            depth += 1
        elif bracket[0] in _CLOSING:
            depth -= 1
            if depth == 0:
                return bracket.end(), commas + bool(text[start + 1 : bracket.start()].strip())
        elif depth == 1:
            commas += 1
    return len(text), commas + 1


def check_core(migration: Migration, parameter: str, texts: Mapping[str, bytes]) -> None:
    """Raise UserError that names the function and the file where a core, by path, does not have the new API.

    `parameter` is the declaration of the new parameter: every definition has to use it.
    """
    functions = migration.symbols.functions.items()
    for name, function in functions:
        if function.arguments == function.converted:
            continue
        declared = [use for use in uses(texts[migration.header], name) if use.declares]
        if not declared:
            raise UserError(f"{migration.header} does not declare {name}(); {NO_CORE}")
        bodies = [_check_uses(path, name, function, parameter, text) for path, text in texts.items()]
        if not any(bodies):
            raise UserError(f"{' and '.join(texts)} do not define {name}(); {NO_CORE}")


def _check_uses(path: str, name: str, function: Function, parameter: str, text: bytes) -> bool:
    """Whether the file defines the function; raises UserError for a use that does not fit."""
    variable = parameter.split()[-1]
    defines = False
    for use in uses(text, name):
        if use.count != function.converted:
            what = "declared with" if use.declares else "called with"
            raise UserError(
                f"{path}: {name}() is still {what} {use.count} parameters, not {function.converted}; {NO_CORE}"
            )
        if use.body is None:
            continue
        defines = True
        if not re.search(rb"\b%b\b" % variable.encode(), use.body):
            raise UserError(
                f"{path}: no semantic patch fits the body of {name}(): it does not use {variable}; {NO_CORE}"
            )
        if re.search(rb"\b(?:int|long)\s+%b\b" % variable.encode(), use.body):
            raise UserError(f"{path}: {name}() has a variable {variable} already; {NO_CORE}")
    return defines


def check_final(migration: Migration, texts: Mapping[str, bytes]) -> None:
    """Raise UserError where a signal of a core, by path, still returns something, or a transitional macro is left."""
    for name, function in migration.symbols.functions.items():
        if function.role != "signal":
            continue
        for path, text in texts.items():
            if re.search(rb"^[ \t]*#[ \t]*define[ \t]+" + name.encode() + rb"\(", text, re.MULTILINE):
                raise UserError(
                    f"{path}: the transitional macro {name}() is not as fencemig wrote it: drop it by hand; {NO_CORE}"
                )
            if any(use.body is not None and _NOT_VOID.search(use.body) for use in uses(text, name)):
                raise UserError(
                    f"{path}: no semantic patch makes {name}() void: it returns something; drop that by hand; {NO_CORE}"
                )
