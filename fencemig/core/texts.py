# SPDX-License-Identifier: GPL-2.0-only
"""Edits of text at anchors: for comments, documents, macros and tests, which semantic patches do not reach."""

from collections.abc import Iterable

from fencemig.core.manifest import Place, Text
from fencemig.errors import UserError

NO_CORE = "with --no-core the rest is made without the core patch"


def edited(path: str, text: bytes, edits: Iterable[Text]) -> bytes:
    """A file's text with those of the edits that are for it. Raises UserError where an anchor does not fit."""
    for edit in edits:
        if edit.path == path:
            text = _edited(text, edit)
    return text


def _edited(text: bytes, edit: Text) -> bytes:
    if edit.when is not None and not edit.when.search(text):
        return text
    found = list(edit.anchor.finditer(text))
    if not found and edit.optional:
        return text
    if len(found) != 1:
        times = f"in {len(found)} places" if found else "nowhere"
        raise UserError(f"{edit.path}: cannot {edit.what}: {edit.anchor.pattern.decode()!r} matches {times}; {NO_CORE}")
    start, end = found[0].span("at" if "at" in edit.anchor.groupindex else 0)
    match edit.place:
        case Place.BEFORE:
            end = start
        case Place.AFTER:
            start = end
    return text[:start] + edit.text + text[end:]


def taken_out(path: str, text: bytes, edits: Iterable[Text]) -> bytes:
    """A file's text without what these edits, none of which replaces anything, put into it."""
    for edit in edits:
        if edit.path == path:
            rest = text.replace(edit.text, b"", 1)
            if edit.keep is None or not edit.keep.search(rest):
                text = rest
    return text
