# SPDX-License-Identifier: GPL-2.0-only
"""How a call is kept from spatch, and how functions of one name are told apart: by text that is taken out again.

A held call gets two arguments more, which no rule matches: with one it could pass for a call that has its error.
spatch still sees, and reports, the call. A local that a rule works with bears a name of ours until its own is put in.
"""

import re
from collections.abc import Iterable

from fencemig import syntax

LOCAL = b"thread_local_err"
_HELD = b"__fencemig_held"
_TWIN = b"__fencemig_twin"
_MASK = re.compile(rb",\s*" + _HELD + rb"|" + _TWIN + rb"\d+")


def mask(text: bytes, held_ends: Iterable[int], declared: tuple[int, bytes] | None = None) -> bytes:
    """The text with the calls held that end at these offsets, and with all function names made unique.

    `declared` is the offset and the text of a declaration to put in.
    """
    inserts = [(end - 1, b", " + _HELD + b", " + _HELD) for end in held_ends]
    inserts += [] if declared is None else [declared]
    inserts += [(offset, _TWIN + str(number).encode()) for number, offset in enumerate(_twins(text))]
    for offset, insert in sorted(inserts, reverse=True):
        text = text[:offset] + insert + text[offset:]
    return text


def unmask(text: bytes, local: bytes = LOCAL) -> bytes:
    """The text without anything that mask() put into it, and the declared local under its own name."""
    return _MASK.sub(b"", text).replace(LOCAL, local)


def _twins(text: bytes) -> list[int]:
    """Where the names of functions end that the file defines once more (under another #if)."""
    seen: set[bytes] = set()
    twins = []
    for name in syntax.defined_names(syntax.parse(text)):
        if syntax.text_of(name) in seen:
            twins.append(name.end_byte)
        seen.add(syntax.text_of(name))
    return twins
