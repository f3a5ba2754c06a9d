# SPDX-License-Identifier: GPL-2.0-only
"""Short names for contents: two are equal only when the contents are."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def of_content(content: bytes | None) -> str:
    """The digest of a file's content; that of a file that is not there is "none"."""
    return "none" if content is None else hashlib.sha256(content).hexdigest()


def of_parts(parts: Iterable[str]) -> str:
    """The digest of texts in a row; names of files may be among them."""
    return of_content(b"".join(hashlib.sha256(part.encode(errors="surrogateescape")).digest() for part in parts))


def of_folder(folder: Path) -> str:
    """The digest of all files below a folder, with their names; "" when one cannot be read, or goes away meanwhile."""
    parts = []
    try:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            parts += [str(file), of_content(file.read_bytes())]
    except OSError:
        return ""
    return of_parts(parts)
