# SPDX-License-Identifier: GPL-2.0-only
"""A kernel tree that grows: the drivers of the small kernel in kernel_fixtures, as many times as wanted."""

import re
import shutil
from pathlib import Path

from fencemig import syntax

_SHARED = ("drivers/dma-buf", "drivers/gpu/drm/scheduler")  # what all drivers call
_INCLUDE = re.compile(rb"^[ \t]*#[ \t]*include[^\n]*$", re.MULTILINE)
_TAG = re.compile(rb"\b(?:struct|enum|union)\s+(\w+)\s*\{")
_WORD = re.compile(rb"\w+")
_MACRO = re.compile(rb"^#define (\w+)", re.MULTILINE)


def grow(kernel: Path, folder: Path, times: int, most: int | None = None) -> int:
    """Write the tree into `folder`: what is no driver once, the drivers `times` times, or up to `most` files.

    Each copy stands in a folder of its own and has names of its own, as drivers have: no text is there twice, and no
    driver calls another's functions. Returns how many files of drivers there are.
    """
    shutil.copytree(kernel, folder, ignore=lambda above, _: ["drivers"] if Path(above) == kernel else [])
    for shared in _SHARED:
        shutil.copytree(kernel / shared, folder / shared)
    drivers = {
        path.relative_to(kernel / "drivers"): path.read_bytes()
        for path in sorted((kernel / "drivers").rglob("*.[ch]"))
        if not any(path.is_relative_to(kernel / shared) for shared in _SHARED)
    }
    headers = b"\n".join(path.read_bytes() for path in (kernel / "include").rglob("*.h"))
    own = set().union(*map(_named, drivers.values())) - set(_WORD.findall(headers))
    names = re.compile(rb"\b(?:%b)\b" % b"|".join(sorted(own)))
    written = 0
    for number in range(1, times + 1):
        for path, text in drivers.items():
            if most is not None and written >= most:
                return written
            copy = folder / f"drivers/copy{number}" / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(_renamed(text, names, b"_%d" % number))
            written += 1
    return written


def _named(text: bytes) -> set[bytes]:
    """The functions, types and macros that a file defines or declares."""
    functions = {
        syntax.text_of(name)
        for node in syntax.walk(syntax.parse(text))
        if node.type == "function_declarator" and (name := node.child_by_field_name("declarator"))
        if name.type == "identifier"
    }
    return {*functions, *_TAG.findall(text), *_MACRO.findall(text)}


def _renamed(text: bytes, names: re.Pattern[bytes], suffix: bytes) -> bytes:
    """The text with the suffix behind each of the names; names of files stay."""
    parts = _INCLUDE.split(text)
    kept = [*_INCLUDE.findall(text), b""]
    return b"".join(names.sub(rb"\g<0>" + suffix, part) + line for part, line in zip(parts, kept, strict=True))
