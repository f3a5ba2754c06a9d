# SPDX-License-Identifier: GPL-2.0-only
"""Kernel-doc comments of functions: a parameter more, a paragraph more, no longer a result."""

import re
import textwrap
from collections.abc import Callable, Iterable
from functools import partial

from fencemig.core.manifest import Doc

_COMMENT = re.compile(rb"^/\*\*\n(?P<lines>(?: \*(?!/)[^\n]*\n)+)(?= \*/)", re.MULTILINE)
_NAME = re.compile(rb" \*[ \t]+(\w+)(?:\(\))?[ \t]*[-:]")
_PARAMETER = re.compile(rb" \* @[^:\n]+:")
_RESULT = re.compile(rb" \* returns?\b", re.IGNORECASE)
_BLANK = re.compile(rb" \*[ \t]*\n")
_WIDTH = 80

Lines = list[bytes]


def documented(text: bytes, docs: Iterable[Doc]) -> bytes:
    """The text of a C file with what these say of the new parameter. A function without kernel-doc stays so."""
    for doc in docs:
        for function in doc.functions:
            text = _rewritten(text, function, partial(_described, doc))
    return text


def without_results(text: bytes, functions: Iterable[str]) -> bytes:
    """The text of a C file of which the kernel-doc of these functions tells no result."""
    for function in functions:
        text = _rewritten(text, function, _resultless)
    return text


def _rewritten(text: bytes, function: str, rewrite: Callable[[Lines], Lines]) -> bytes:
    def replace(comment: re.Match[bytes]) -> bytes:
        name = _NAME.match(comment["lines"])
        if name is None or name[1] != function.encode():
            return comment[0]
        return b"/**\n" + b"".join(rewrite(comment["lines"].splitlines(keepends=True)))

    return _COMMENT.sub(replace, text)


def _described(doc: Doc, lines: Lines) -> Lines:
    if doc.parameter:
        at = max((number for number, line in enumerate(lines) if _PARAMETER.match(line)), default=0) + 1
        while at < len(lines) and not _BLANK.fullmatch(lines[at]):
            at += 1  # what a description continues on
        lines = [*lines[:at], f" * {doc.parameter}\n".encode(), *lines[at:]]
    if not doc.text:
        return lines
    paragraph = [f" * {line}\n".encode() for line in textwrap.wrap(doc.text, _WIDTH - 3, break_on_hyphens=False)]
    result = _result(lines)
    return [*lines[:result], *paragraph, b" *\n", *lines[result:]] if result else [*lines, b" *\n", *paragraph]


def _resultless(lines: Lines) -> Lines:
    start = _result(lines)
    if start is None:
        return lines
    end = next((number for number in range(start, len(lines)) if _BLANK.fullmatch(lines[number])), len(lines))
    return lines[: start - 1] + lines[end:]


def _result(lines: Lines) -> int | None:
    """The number of the line, after an empty one, with which the description of the result begins."""
    return next((n for n in range(1, len(lines)) if _RESULT.match(lines[n]) and _BLANK.fullmatch(lines[n - 1])), None)
