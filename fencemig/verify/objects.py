# SPDX-License-Identifier: GPL-2.0-only
"""Which object a file is compiled into, and with which command: what kbuild's own files say, read from text."""

import posixpath
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_LEVELS = 4  # folders up to which a Makefile lists objects of the folders below it (i915/gt, amd/display/dc/core)
_SAVED = re.compile(r"^(?:saved)?cmd_\S+ := (.*)$", re.MULTILINE)
_DEPENDENCIES = re.compile(r"^deps_\S+ := \\\n((?:.*\\\n)*.*)$", re.MULTILINE)
_DEPENDENCY_FILE = ("-Wp,-MMD,", "-Wp,-MD,")


@dataclass(frozen=True)
class Listing:
    """What there is to read of a tree: the text of a file (None for no such file), the names in a folder."""

    read: Callable[[str], bytes | None]
    names: Callable[[str], Iterable[str]]


def object_of(path: str, tree: Listing) -> str:
    """The target to give to make for a .c file, relative to the tree.

    Mostly the path with .o. A file that no Makefile names may be included by another .c file (i915's selftests),
    and a folder's Makefile may be included by another folder's, which then builds `../kfd/x.o` (amdkfd).
    """
    folder, name = posixpath.split(path.removesuffix(".c"))
    own = [mention for text in _makefiles(folder, tree) for mention in _mentions(f"{name}.o", text)]
    if own and all(variable for variable in own) and (builder := _builder(folder, tree)) is not None:
        return f"{builder}/{name}.o"
    named = bool(own) or any(
        _mentions(posixpath.relpath(f"{folder}/{name}.o", above), text)
        for above in _above(folder)
        for text in _makefiles(above, tree)
    )
    if not named and (includer := _includer(path, tree)) is not None:
        return object_of(includer, tree)
    return f"{folder}/{name}.o"


def _mentions(name: str, makefile: str) -> list[str]:
    """Where a Makefile names an object: for each place, the variable with the folder that it stands behind, or ""."""
    found = re.finditer(rf"(\$\(\w+\)/)?(?<![\w.-]){re.escape(name)}\b", makefile)
    return [match[1] or "" for match in found]


def _above(folder: str) -> Iterator[str]:
    for _ in range(_LEVELS):
        if folder:
            yield folder
            folder = posixpath.dirname(folder)


def _makefiles(folder: str, tree: Listing) -> Iterator[str]:
    for name in ("Kbuild", "Makefile"):
        text = tree.read(f"{folder}/{name}")
        if text is not None:
            yield text.decode(errors="replace")


def _includer(path: str, tree: Listing) -> str | None:
    """The .c file beside or above that includes another one."""
    for folder in list(_above(posixpath.dirname(path)))[:2]:
        wanted = re.compile(rf'#\s*include\s+"{re.escape(posixpath.relpath(path, folder))}"'.encode())
        for name in sorted(tree.names(folder)):
            other = f"{folder}/{name}"
            if name.endswith(".c") and other != path and wanted.search(tree.read(other) or b""):
                return other
    return None


def _builder(folder: str, tree: Listing) -> str | None:
    """The folder below which the objects of another one are built, by the Makefile beside that includes its own."""
    for above in _above(folder):
        parent, own = posixpath.split(above)
        including = re.compile(rf"^\s*-?include\s.*/{re.escape(own)}/(?:Makefile|Kbuild)\b", re.MULTILINE)
        for beside in sorted(tree.names(parent)):
            texts = _makefiles(f"{parent}/{beside}", tree)
            if beside != own and any(including.search(text) for text in texts):
                return f"{parent}/{beside}/../{posixpath.relpath(folder, parent)}"
    return None


def syntax_command(cmd: str) -> list[str] | None:
    """The compiler's command in the text of a .cmd file, made to stop after parsing; None when there is none."""
    saved = _SAVED.search(cmd)
    if saved is None:
        return None
    line = saved[1].replace("$(pound)", "#").replace("$$", "$")
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    kept: list[str] = []
    words = iter(lexer)
    for word in words:
        if set(word) <= set(";&|"):
            break  # objtool and others follow
        if word == "-o":
            next(words)
        elif word != "-c" and not word.startswith(_DEPENDENCY_FILE):
            kept.append(word)
    return [*kept, "-fsyntax-only"]


def dependencies(cmd: str, top: str) -> frozenset[str]:
    """The files below `top` that an object was compiled from, relative to it, by the text of its .cmd file."""
    found = _DEPENDENCIES.search(cmd)
    words = re.findall(r"[^\s\\]+", found[1]) if found else []
    words += re.findall(r"^source_\S+ := (\S+)", cmd, re.MULTILINE)
    start = f"{top.rstrip('/')}/"
    return frozenset(posixpath.normpath(word.removeprefix(start)) for word in words if word.startswith(start))
