# SPDX-License-Identifier: GPL-2.0-only
"""The [core] table of a migration.toml: what the core patch and the last patch are made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from fencemig.manifest import inside, refuse_unknown

_LICENSE = re.compile(rb"\A[^\n]*SPDX-License-Identifier[^\n]*\n")


class Stage(StrEnum):
    """When a text is edited: with the core patch, only with a staged one, or with the last one.

    What a transitional edit put in, the last patch takes out again. An edit of DROP_STORE is made when no caller
    of the function that stores an error is left.
    """

    CORE = "core"
    TRANSITIONAL = "transitional"
    FINAL = "final"
    DROP_STORE = "drop_store"


class Place(StrEnum):
    """Where a text goes, seen from its anchor."""

    BEFORE = "before"
    AFTER = "after"
    REPLACE = "replace"


@dataclass(frozen=True)
class Text:
    """A text that goes into the file `path` beside, or instead of, what `anchor` matches, or its group "at".

    `what` says in a few words what that does. A file that does not match `when` is left alone. The anchor has to
    match exactly once; with `optional`, or where there is no such file and a `when`, not at all is fine, too.
    `keep`: a transitional text stays while the rest of its file matches that.
    """

    path: str
    what: str
    anchor: re.Pattern[bytes]
    place: Place
    text: bytes
    when: re.Pattern[bytes] | None = None
    keep: re.Pattern[bytes] | None = None
    optional: bool = False
    stage: Stage = Stage.CORE


@dataclass(frozen=True)
class Doc:
    """What the kernel-doc of functions says of the new parameter: its line, and a paragraph; "" for none."""

    functions: tuple[str, ...]
    parameter: str
    text: str


@dataclass(frozen=True)
class Core:
    """What the core patch and the last patch are made of.

    `parameter` declares what the API takes anew. `semantic_patches` has those of the core patch by generation, in
    order: there is none for a generation without. `final` are those of the last patch, which make functions void that
    returned something.
    """

    parameter: str
    semantic_patches: Mapping[str, tuple[Path, ...]]
    final: tuple[Path, ...]
    docs: tuple[Doc, ...]
    texts: tuple[Text, ...]


CORE_KEYS = frozenset({"parameter", "semantic_patches", "final", "kernel_doc", "text"})
DOC_KEYS = frozenset(field.name for field in fields(Doc))
TEXT_KEYS = frozenset(field.name for field in fields(Text)) | {"file"}


def load_core(folder: Path, data: Mapping[str, Any]) -> Core:
    """The [core] table of the manifest in `folder`.

    Raises ValueError for an unknown key or value, a missing file and a bad pattern, KeyError for a missing key.
    """
    refuse_unknown(data, CORE_KEYS, "core")
    by_generation = data.get("semantic_patches", {})
    return Core(
        parameter=data["parameter"] if by_generation else "",
        semantic_patches={
            generation: tuple(inside(folder, name) for name in names) for generation, names in by_generation.items()
        },
        final=tuple(inside(folder, name) for name in (data["final"] if by_generation else data.get("final", ()))),
        docs=tuple(_doc(doc) for doc in data.get("kernel_doc", ())),
        texts=tuple(_text(folder, text) for text in data.get("text", ())),
    )


def _doc(data: Mapping[str, Any]) -> Doc:
    refuse_unknown(data, DOC_KEYS, "core.kernel_doc")
    return Doc(tuple(data["functions"]), data["parameter"], " ".join(data["text"].split()))


def _text(folder: Path, data: Mapping[str, Any]) -> Text:
    where = f"core.text, {data['what']}"
    refuse_unknown(data, TEXT_KEYS, where)
    if ("file" in data) is ("text" in data):
        raise ValueError(f"{where}: either a file or a text must be given")
    patterns = {name: _pattern(data[name], where) for name in ("when", "keep") if name in data}
    return Text(
        path=data["path"],
        what=data["what"],
        anchor=_pattern(data["anchor"], where),
        place=Place(data["place"]),
        text=_LICENSE.sub(b"", inside(folder, data["file"]).read_bytes()) if "file" in data else data["text"].encode(),
        optional=data.get("optional", False),
        stage=Stage(data.get("stage", Stage.CORE)),
        **patterns,
    )


def _pattern(pattern: str, where: str) -> re.Pattern[bytes]:
    try:
        return re.compile(pattern.encode(), re.MULTILINE)
    except re.error as error:
        raise ValueError(f"{where}: {pattern!r} is no regular expression: {error}") from error
