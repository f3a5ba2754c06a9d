# SPDX-License-Identifier: GPL-2.0-only
"""The changes of the core patch and of the last patch of a series. Pure: files and spatch come as functions."""

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from fencemig.core.check import check_core, check_final
from fencemig.core.kernel_doc import documented, without_results
from fencemig.core.manifest import Core, Stage, Text
from fencemig.core.texts import edited, taken_out
from fencemig.errors import UserError
from fencemig.layout import to_column, width
from fencemig.migration import Migration
from fencemig.model import Change
from fencemig.tidy import tidy

Read = Callable[[str], bytes | None]  # the text of a file at the stage in question, None when it is not there
Rewrite = Callable[[bytes, Sequence[Path]], bytes]  # spatch, with these semantic patches one after the other

_DECLARED = 80  # columns: prototypes of the kernel are shorter than its limit for all lines


def core_changes(migration: Migration, generation: str, read: Read, rewrite: Rewrite) -> tuple[Change, ...]:
    """What gives a tree of this generation the new API, with macros that take the old calls, too.

    Raises UserError that names the function, or the text, where the tree's core has drifted too far.
    """
    core = _core(migration)
    texts = [text for text in core.texts if text.stage in (Stage.CORE, Stage.TRANSITIONAL)]
    before = _read(migration, read, texts)
    after = {}
    for path, was in before.items():
        now = was
        if path in migration.symbols.core:
            now = rewrite(was, core.semantic_patches[generation])
            now = documented(_narrowed(was, now, core.parameter), core.docs)
        after[path] = edited(path, now, texts)
    check_core(migration, core.parameter, {path: after[path] for path in migration.symbols.core})
    return _changes(before, after)


def carried_over(migration: Migration, path: str, text: bytes) -> bytes:
    """The text of a file that another patch of the series changes, too, with what the core patch puts into it.

    The core patch comes first: that other patch goes on top of it. Raises UserError where an anchor does not fit.
    """
    if migration.core is None or path in migration.symbols.core:
        return text
    return edited(path, text, [one for one in migration.core.texts if one.stage is Stage.CORE])


def final_changes(migration: Migration, read: Read, rewrite: Rewrite, *, drop_store: bool) -> tuple[Change, ...]:
    """What a converted tree does not need any more: the transitional macros, results of signals, and with
    `drop_store` the function that stores an error, and what describes it. Raises UserError where that does not fit.
    """
    core = _core(migration)
    stages = {Stage.FINAL, Stage.DROP_STORE} if drop_store else {Stage.FINAL}
    texts = [text for text in core.texts if text.stage in stages]
    macros = [text for text in core.texts if text.stage is Stage.TRANSITIONAL]
    signals = [name for name, function in migration.symbols.functions.items() if function.role == "signal"]
    before = _read(migration, read, texts)
    after = {}
    for path, was in before.items():
        now = taken_out(path, was, reversed(macros))
        if core.final and path in migration.symbols.core:
            now = tidy(now, rewrite(now, core.final))
            now = without_results(now, signals)
        after[path] = edited(path, now, texts)
    check_final(migration, {path: after[path] for path in migration.symbols.core})
    return _changes(before, after)


def _core(migration: Migration) -> Core:
    if migration.core is None:
        raise UserError(f"{migration.folder}: migration.toml has no [core] table: use --no-core")
    return migration.core


def _read(migration: Migration, read: Read, texts: Collection[Text]) -> dict[str, bytes]:
    """The files that a patch may change, by path. Raises UserError when one is missing that has to be there."""
    required = {*migration.symbols.core, *(text.path for text in texts if not text.optional and text.when is None)}
    found = {}
    for path in sorted({*required, *(text.path for text in texts)}):
        text = read(path)
        if text is not None:
            found[path] = text
        elif path in required:
            raise UserError(f"{path} is missing: use --no-core")
    return found


def _narrowed(before: bytes, after: bytes, parameter: str) -> bytes:
    """The text with the parameters of declarations on several lines where the new one made them wide."""
    known = frozenset(before.splitlines())
    wide = rb"^(?P<head>\w[^\n(]*\()(?P<parameters>[^\n()]*, %b\)[^\n]*)$" % re.escape(parameter).encode()

    def narrow(line: re.Match[bytes]) -> bytes:
        if line[0] in known or width(line[0]) <= _DECLARED:
            return line[0]
        first, *others = re.split(rb"(?<=,) ", line["parameters"])
        lines = [line["head"] + first]
        for other in others:
            if width(lines[-1] + b" " + other) <= _DECLARED:
                lines[-1] += b" " + other
            else:
                lines.append(to_column(width(line["head"])) + other)
        return b"\n".join(lines)

    return re.sub(wide, narrow, after, flags=re.MULTILINE)


def _changes(before: dict[str, bytes], after: dict[str, bytes]) -> tuple[Change, ...]:
    return tuple(Change(path, before[path], after[path]) for path in before if before[path] != after[path])
